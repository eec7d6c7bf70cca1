namespace Provisioner.Hetzner.Networks;

/// <summary>Sent to take a firewall off something.</summary>
internal sealed record RemoveBody(IReadOnlyList<FirewallTarget> RemoveFrom);
