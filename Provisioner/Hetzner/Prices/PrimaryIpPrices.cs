namespace Provisioner.Hetzner.Prices;

/// <summary>What an address costs.</summary>
/// <param name="Type"><c>ipv4</c> or <c>ipv6</c>.</param>
public sealed record PrimaryIpPrices(string Type, IReadOnlyList<LocationPrice> Prices);
