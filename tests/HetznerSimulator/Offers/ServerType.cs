namespace HetznerSimulator.Offers;

/// <summary>A size of server. Memory in GB, disk in GB; a <paramref name="Dedicated"/> one shares its processors with nobody.</summary>
public sealed record ServerType(long Id, string Name, int Cores, double Memory, int Disk, bool Dedicated, string Architecture)
{
    /// <summary>The ranges with shared x86 and arm processors are sold in the European network zone only.</summary>
    internal bool IsSoldIn(Location location) => Dedicated || location.NetworkZone == "eu-central";
}
