using System.Text.Json;
using HetznerSimulator.Http;

namespace HetznerSimulator.Offers;

/// <summary>What the cloud sells, where, and what is sold out there.</summary>
public sealed class Stock
{
    private readonly HashSet<(string Type, string Location)> _soldOut = [];

    /// <summary>Every server shows its whole type, so a list of thousands would build the same JSON thousands of times.</summary>
    private readonly Dictionary<ServerType, JsonElement> _shown = [];

    public IReadOnlyList<Location> Locations { get; } =
    [
        new(1, "fsn1", "Falkenstein DC Park 1", "DE", "Falkenstein", 50.47612, 12.370071, "eu-central"),
        new(2, "nbg1", "Nuremberg DC Park 1", "DE", "Nuremberg", 49.452102, 11.076665, "eu-central"),
        new(3, "hel1", "Helsinki DC Park 1", "FI", "Helsinki", 60.169855, 24.938379, "eu-central"),
        new(4, "ash", "Ashburn, VA", "US", "Ashburn, VA", 39.045821, -77.487073, "us-east"),
        new(5, "hil", "Hillsboro, OR", "US", "Hillsboro, OR", 45.54222, -122.951924, "us-west"),
        new(6, "sin", "Singapore", "SG", "Singapore", 1.283333, 103.833333, "ap-southeast"),
    ];

    public IReadOnlyList<ServerType> Types { get; } =
    [
        new(114, "cx23", 2, 4, 40, Dedicated: false, "x86"),
        new(115, "cx33", 4, 8, 80, Dedicated: false, "x86"),
        new(116, "cx43", 8, 16, 160, Dedicated: false, "x86"),
        new(117, "cx53", 16, 32, 320, Dedicated: false, "x86"),
        new(45, "cax11", 2, 4, 40, Dedicated: false, "arm"),
        new(93, "cax21", 4, 8, 80, Dedicated: false, "arm"),
        new(96, "ccx13", 2, 8, 80, Dedicated: true, "x86"),
        new(97, "ccx23", 4, 16, 160, Dedicated: true, "x86"),
        new(98, "ccx33", 8, 32, 240, Dedicated: true, "x86"),
    ];

    /// <summary>Sells a type out in a location, or brings it back.</summary>
    /// <exception cref="ArgumentException">There is no such type or location.</exception>
    public void SetSoldOut(string type, string location, bool soldOut = true)
    {
        if (Types.All(t => t.Name != type) || Locations.All(l => l.Name != location))
        {
            throw new ArgumentException($"There is no {type} in {location}: types are {string.Join(", ", Types.Select(t => t.Name))}; locations are {string.Join(", ", Locations.Select(l => l.Name))}.", nameof(type));
        }

        _shown.Clear();
        _ = soldOut ? _soldOut.Add((type, location)) : _soldOut.Remove((type, location));
    }

    internal void RefuseSoldOut(ServerType type, Location location)
    {
        if (!IsAvailable(type, location))
        {
            throw new CloudException("resource_unavailable", $"server type {type.Name} is currently not available in {location.Name}");
        }
    }

    private bool IsAvailable(ServerType type, Location location) => type.IsSoldIn(location) && !_soldOut.Contains((type.Name, location.Name));

    internal ServerType? FindType(string key) => Types.FirstOrDefault(t => t.Name == key || $"{t.Id}" == key);

    internal Location? FindLocation(string key) => Locations.FirstOrDefault(l => l.Name == key || $"{l.Id}" == key);

    internal object Show(ServerType type) =>
        _shown.TryGetValue(type, out var shown) ? shown : _shown[type] = JsonSerializer.SerializeToElement(Build(type), Json.Options);

    private object Build(ServerType type) => new
    {
        type.Id,
        type.Name,
        Description = type.Name.ToUpperInvariant(),
        type.Cores,
        type.Memory,
        type.Disk,
        Deprecated = false,
        Prices = Locations.Where(type.IsSoldIn).Select(l => Prices.Of(type, l)).ToList(),
        StorageType = "local",
        CpuType = type.Dedicated ? "dedicated" : "shared",
        Category = type.Dedicated ? "General Purpose" : "Cost-Optimized",
        type.Architecture,
        Deprecation = (object?)null,
        Locations = Locations.Where(type.IsSoldIn)
            .Select(l => new { l.Id, l.Name, Deprecation = (object?)null, Recommended = !type.Dedicated, Available = IsAvailable(type, l) }).ToList(),
    };
}
