namespace Provisioner.Hetzner.Prices;

/// <summary>A place with data centres: <c>fsn1</c>.</summary>
/// <param name="Country">Two letters.</param>
/// <param name="NetworkZone">Servers of one zone can share a private network.</param>
public sealed record HetznerLocation(long Id, string Name, string Description, string Country, string City, string NetworkZone);
