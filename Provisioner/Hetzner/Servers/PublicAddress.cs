namespace Provisioner.Hetzner.Servers;

/// <summary>One public address.</summary>
/// <param name="Id">Of its primary IP.</param>
/// <param name="Ip">An address, or for IPv6 a /64 network.</param>
/// <param name="Blocked">Whether Hetzner shut it off.</param>
public sealed record PublicAddress(string Ip, bool Blocked, long? Id = null);
