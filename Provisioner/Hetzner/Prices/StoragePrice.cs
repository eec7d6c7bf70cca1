namespace Provisioner.Hetzner.Prices;

/// <summary>What a gigabyte costs, each month.</summary>
public sealed record StoragePrice(Money PricePerGbMonth);
