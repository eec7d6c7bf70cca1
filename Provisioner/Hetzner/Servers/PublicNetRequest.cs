namespace Provisioner.Hetzner.Servers;

/// <summary>Which public addresses a new server gets.</summary>
/// <param name="Ipv4">Id of a primary IP in the same location; null makes a new one, deleted with the server.</param>
/// <param name="Ipv6">As <paramref name="Ipv4"/>.</param>
public sealed record PublicNetRequest(bool EnableIpv4 = true, bool EnableIpv6 = true, long? Ipv4 = null, long? Ipv6 = null);
