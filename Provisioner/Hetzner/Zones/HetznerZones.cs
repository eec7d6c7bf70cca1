using Provisioner.Hetzner.Actions;

namespace Provisioner.Hetzner.Zones;

/// <summary>The zones of our project.</summary>
public sealed class HetznerZones : HetznerCollection<HetznerZone>
{
    internal HetznerZones(HetznerApi api, TimeProvider time)
        : base(api, "zones", "zone", HetznerJson.Default.HetznerZone, time)
    {
    }

    /// <summary>Makes the zone; one of that name that is ours already is adopted.</summary>
    /// <exception cref="ForeignObjectException">The zone is there and not ours. Records of ours can live in it all the same.</exception>
    public Task<Creation<HetznerZone>> EnsureAsync(ZoneRequest request, Ownership owner, CancellationToken ct)
    {
        var owned = request with { Labels = LabelSyntax.Owned(owner, request.Labels) };
        return EnsureAsync(request.Name, owner, () => CreateAsync(owned, HetznerJson.Default.ZoneRequest, ct), ct);
    }

    public Task<IReadOnlyList<HetznerAction>> ProtectAsync(long id, bool protect, CancellationToken ct) =>
        ActAsync(id, "change_protection", new ProtectionBody(protect), HetznerJson.Default.ProtectionBody, ct);
}
