namespace Provisioner.Hetzner.Networks;

/// <summary>A firewall to make, perhaps with what it is on from the beginning.</summary>
public sealed record FirewallRequest(string Name, IReadOnlyList<FirewallRule> Rules)
{
    public IReadOnlyList<FirewallTarget> ApplyTo { get; init; } = [];

    /// <summary>Besides those that say whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
