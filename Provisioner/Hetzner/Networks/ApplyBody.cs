namespace Provisioner.Hetzner.Networks;

/// <summary>Sent to put a firewall on something.</summary>
internal sealed record ApplyBody(IReadOnlyList<FirewallTarget> ApplyTo);
