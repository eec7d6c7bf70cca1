namespace Provisioner.Hetzner.Networks;

/// <summary>The server that a firewall is on.</summary>
public sealed record TargetServer(long Id);
