namespace Provisioner.Hetzner.Servers;

/// <summary>How a server is reached from outside.</summary>
/// <param name="Firewalls">Those that are on it.</param>
public sealed record PublicAddresses(PublicAddress? Ipv4, PublicAddress? Ipv6, IReadOnlyList<AppliedFirewall>? Firewalls = null);
