namespace Provisioner.Hetzner.Prices;

/// <summary>What something costs in one location; an hour is paid by the hour, up to the price of a month.</summary>
/// <param name="IncludedTraffic">Bytes a month; servers only.</param>
/// <param name="PricePerTbTraffic">Beyond those.</param>
public sealed record LocationPrice(
    string Location,
    Money PriceHourly,
    Money PriceMonthly,
    long? IncludedTraffic = null,
    Money? PricePerTbTraffic = null);
