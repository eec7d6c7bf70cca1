namespace Provisioner.Hetzner.Prices;

/// <summary>What a server type costs.</summary>
public sealed record ServerTypePrices(long Id, string Name, IReadOnlyList<LocationPrice> Prices);
