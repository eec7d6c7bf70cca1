namespace Provisioner.Hetzner.Servers;

/// <summary>A server to make. Its name must be unique in the project and a host name, and is best derived from an id.</summary>
public sealed record ServerRequest
{
    /// <summary>What Hetzner takes of <see cref="UserData"/>, in bytes.</summary>
    public const int LongestUserData = 32 * 1024;

    public required string Name { get; init; }

    /// <summary>A system image's name, or the id of a snapshot.</summary>
    public required string Image { get; init; }

    /// <summary>What may be bought, the first choice first; the next is tried when one is sold out.</summary>
    public required IReadOnlyList<ServerChoice> Choices { get; init; }

    /// <summary>Ids or names. Without any, Hetzner makes a root password and mails it.</summary>
    public IReadOnlyList<string> SshKeys { get; init; } = [];

    public IReadOnlyList<long> Firewalls { get; init; } = [];

    public IReadOnlyList<long> Networks { get; init; } = [];

    public long? PlacementGroup { get; init; }

    /// <summary>Besides those that say whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>For cloud-init. Hetzner keeps it, so it must hold no secret that lasts.</summary>
    public string? UserData { get; init; }

    /// <summary>Null: an address of each kind, made and deleted with the server.</summary>
    public PublicNetRequest? PublicNet { get; init; }

    public bool StartAfterCreate { get; init; } = true;

    public override string ToString() => $"server {Name} from {Image}";
}
