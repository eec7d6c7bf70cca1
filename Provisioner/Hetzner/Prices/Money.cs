using System.Text.Json.Serialization;

namespace Provisioner.Hetzner.Prices;

/// <summary>An amount in the currency of <see cref="HetznerPricing"/>.</summary>
/// <param name="Gross">With VAT.</param>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
public sealed record Money(decimal Net, decimal Gross);
