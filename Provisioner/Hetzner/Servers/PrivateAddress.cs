namespace Provisioner.Hetzner.Servers;

/// <summary>A server's address in one of our networks.</summary>
public sealed record PrivateAddress(long Network, string Ip);
