namespace Provisioner.Hetzner.Networks;

/// <summary>An address to reserve in one location; a server there can be made with it.</summary>
/// <param name="Type"><c>ipv4</c> or <c>ipv6</c>.</param>
/// <param name="AutoDelete">Whether it is deleted with the server it is given to.</param>
public sealed record PrimaryIpRequest(string Name, string Type, string Location, bool AutoDelete)
{
    /// <summary>The only kind of thing that has addresses.</summary>
    public string AssigneeType { get; } = "server";

    /// <summary>Besides those that say whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
