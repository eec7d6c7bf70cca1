namespace Provisioner.Hetzner.Servers;

/// <summary>The placement groups of our project.</summary>
public sealed class HetznerPlacementGroups : HetznerCollection<HetznerPlacementGroup>
{
    internal HetznerPlacementGroups(HetznerApi api, TimeProvider time)
        : base(api, "placement_groups", "placement_group", HetznerJson.Default.HetznerPlacementGroup, time)
    {
    }

    /// <summary>Makes the group; one of that name that is ours already is adopted.</summary>
    /// <exception cref="ForeignObjectException">A group of that name is not ours.</exception>
    public Task<Creation<HetznerPlacementGroup>> EnsureAsync(PlacementGroupRequest request, Ownership owner, CancellationToken ct)
    {
        var owned = request with { Labels = LabelSyntax.Owned(owner, request.Labels) };

        // Hetzner does not promise that names of placement groups are unique.
        return EnsureSingleAsync(() => AdoptAsync(request.Name, owner, ct), () => CreateAsync(owned, HetznerJson.Default.PlacementGroupRequest, ct, once: true), ct);
    }
}
