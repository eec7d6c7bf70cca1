namespace Provisioner.Hetzner.Networks;

/// <summary>A network to make.</summary>
/// <param name="IpRange">One of the private ranges of RFC 1918, /24 or larger, in CIDR notation.</param>
public sealed record NetworkRequest(string Name, string IpRange, IReadOnlyList<Subnet> Subnets)
{
    /// <summary>Besides those that say whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
