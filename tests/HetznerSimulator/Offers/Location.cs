namespace HetznerSimulator.Offers;

/// <summary>A place where servers stand.</summary>
public sealed record Location(long Id, string Name, string Description, string Country, string City, double Latitude, double Longitude, string NetworkZone);
