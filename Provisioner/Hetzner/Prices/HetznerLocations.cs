namespace Provisioner.Hetzner.Prices;

/// <summary>The places where Hetzner has servers.</summary>
public sealed class HetznerLocations : HetznerCatalogue<HetznerLocation>
{
    internal HetznerLocations(HetznerApi api)
        : base(api, "locations", "location", HetznerJson.Default.HetznerLocation)
    {
    }
}
