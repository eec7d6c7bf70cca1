namespace Provisioner.Hetzner.Networks;

/// <summary>A part of a network in one zone, from which servers get their addresses.</summary>
/// <param name="Type"><c>cloud</c> for servers.</param>
/// <param name="NetworkZone">A location's: <c>eu-central</c>.</param>
/// <param name="IpRange">In CIDR notation; null takes the first free /24.</param>
public sealed record Subnet(string Type, string NetworkZone, string? IpRange = null);
