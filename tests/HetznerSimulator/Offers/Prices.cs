using System.Globalization;

namespace HetznerSimulator.Offers;

/// <summary>Made-up amounts of a plausible size, in euro; they follow from a type's size and are nobody's price list.</summary>
internal static class Prices
{
    private const decimal VatRate = 19;
    private const decimal HoursInMonth = 720;
    private const long IncludedTraffic = 20L * 1024 * 1024 * 1024 * 1024;

    public static object Of(ServerType type, Location location)
    {
        var month = (type.Cores * 0.7m + (decimal)type.Memory * 0.4m + type.Disk * 0.01m) * (type.Dedicated ? 2 : 1) * Factor(location);
        return new
        {
            Location = location.Name,
            PriceHourly = Amount(month / HoursInMonth),
            PriceMonthly = Amount(month),
            IncludedTraffic,
            PricePerTbTraffic = Amount(1.1m),
        };
    }

    /// <summary>The body of <c>GET /pricing</c>.</summary>
    public static object All(Stock stock) => new
    {
        Currency = "EUR",
        VatRate = Text(VatRate),
        PrimaryIps = new[] { PrimaryIp("ipv4", 0.6m, stock), PrimaryIp("ipv6", 0, stock) },
        FloatingIps = new[] { "ipv4", "ipv6" }.Select(type => new { Type = type, Prices = stock.Locations.Select(l => new { Location = l.Name, PriceMonthly = Amount(3) }).ToList() }).ToList(),
        Image = new { PricePerGbMonth = Amount(0.012m) },
        Volume = new { PricePerGbMonth = Amount(0.05m) },
        ServerBackup = new { Percentage = Text(20) },
        ServerTypes = stock.Types.Select(t => new { t.Id, t.Name, Prices = stock.Locations.Where(t.IsSoldIn).Select(l => Of(t, l)).ToList() }).ToList(),
        LoadBalancerTypes = Array.Empty<object>(),
        FloatingIp = new { PriceMonthly = Amount(3) },
    };

    private static object PrimaryIp(string type, decimal month, Stock stock) => new
    {
        Type = type,
        Prices = stock.Locations.Select(l => new { Location = l.Name, PriceHourly = Amount(month / HoursInMonth), PriceMonthly = Amount(month) }).ToList(),
    };

    private static decimal Factor(Location location) => location.NetworkZone switch { "eu-central" => 1, "ap-southeast" => 1.4m, _ => 1.2m };

    private static object Amount(decimal net) => new { Net = Text(net), Gross = Text(net * (100 + VatRate) / 100) };

    private static string Text(decimal amount) => amount.ToString("0.0000000000", CultureInfo.InvariantCulture);
}
