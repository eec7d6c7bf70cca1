namespace Provisioner.Hetzner.Networks;

/// <summary>A private network between servers.</summary>
/// <param name="IpRange">In CIDR notation.</param>
/// <param name="Servers">Ids of those in it.</param>
public sealed record HetznerNetwork(
    long Id,
    string Name,
    string IpRange,
    IReadOnlyList<Subnet> Subnets,
    IReadOnlyList<long> Servers,
    HetznerProtection Protection,
    IReadOnlyDictionary<string, string> Labels) : IHetznerObject;
