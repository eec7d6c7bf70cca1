using System.Net;

namespace HetznerSimulator.Hosts;

/// <summary>The host that a server needs behind it.</summary>
public sealed record HostRequest
{
    /// <summary>The cloud's server id; names derive from it.</summary>
    public required long Id { get; init; }

    /// <summary>The server's name, which becomes the host's.</summary>
    public required string Name { get; init; }

    public required HostImage Image { get; init; }

    /// <summary>From <see cref="IHosts.TakeAddress"/>; null for a server without a public IPv4 address.</summary>
    public required IPAddress? Address { get; init; }

    /// <summary>Cloud-init's user data exactly as it was sent; null for none.</summary>
    public string? UserData { get; init; }

    /// <summary>Public keys in OpenSSH's one-line form that may log in as root.</summary>
    public IReadOnlyList<string> SshKeys { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Virtual processors of the server's type.</summary>
    public int Cores { get; init; } = 2;

    /// <summary>Memory of the server's type in GB.</summary>
    public double MemoryGb { get; init; } = 4;

    /// <summary>False where the server was asked for with <c>start_after_create: false</c>.</summary>
    public bool Start { get; init; } = true;
}
