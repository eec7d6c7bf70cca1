namespace Provisioner.Hetzner.Servers;

/// <summary>A firewall by its id, as a new server names it.</summary>
internal sealed record FirewallOnServer(long Firewall);
