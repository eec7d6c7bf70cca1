namespace Provisioner.Hetzner.Networks;

/// <summary>What may pass to servers and from them; without a rule for a direction, nothing comes in and everything goes out.</summary>
public sealed record HetznerFirewall(long Id, string Name, IReadOnlyList<FirewallRule> Rules, IReadOnlyList<FirewallTarget> AppliedTo) : IHetznerObject
{
    // The document, and only for firewalls, does not promise that labels are there.
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
