namespace Provisioner.Hetzner.Prices;

/// <summary>A size of server.</summary>
/// <param name="Memory">GB.</param>
/// <param name="Disk">GB.</param>
/// <param name="CpuType"><c>shared</c> or <c>dedicated</c>.</param>
/// <param name="Architecture"><c>x86</c> or <c>arm</c>.</param>
public sealed record HetznerServerType(
    long Id,
    string Name,
    decimal Cores,
    decimal Memory,
    decimal Disk,
    string CpuType,
    string Architecture,
    IReadOnlyList<LocationPrice> Prices,
    IReadOnlyList<ServerTypeLocation> Locations)
{
    /// <summary>Whether it is to be had there at this moment.</summary>
    public bool IsAvailable(string location) => Locations.Any(l => l.Name == location && l.Available);
}
