using System.Text.Json.Serialization;

namespace Provisioner.Hetzner.Prices;

/// <summary>What things cost in our project now.</summary>
/// <param name="Currency"><c>EUR</c> or another of ISO 4217.</param>
/// <param name="VatRate">Percent.</param>
/// <param name="Image">Snapshots.</param>
public sealed record HetznerPricing(
    string Currency,
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] decimal VatRate,
    IReadOnlyList<ServerTypePrices> ServerTypes,
    IReadOnlyList<PrimaryIpPrices> PrimaryIps,
    StoragePrice Image,
    StoragePrice Volume,
    BackupPrice ServerBackup)
{
    /// <summary>Null when that type is not sold there.</summary>
    public LocationPrice? OfServer(string serverType, string location) =>
        ServerTypes.FirstOrDefault(t => t.Name == serverType)?.Prices.FirstOrDefault(p => p.Location == location);

    /// <summary>Null when there are none of that kind there.</summary>
    /// <param name="type"><c>ipv4</c> or <c>ipv6</c>.</param>
    public LocationPrice? OfPrimaryIp(string type, string location) =>
        PrimaryIps.FirstOrDefault(t => t.Type == type)?.Prices.FirstOrDefault(p => p.Location == location);
}
