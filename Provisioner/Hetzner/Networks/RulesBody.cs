namespace Provisioner.Hetzner.Networks;

/// <summary>Sent to replace a firewall's rules.</summary>
internal sealed record RulesBody(IReadOnlyList<FirewallRule> Rules);
