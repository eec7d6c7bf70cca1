using Provisioner.Hetzner.Actions;

namespace Provisioner.Hetzner.Networks;

/// <summary>The private networks of our project.</summary>
public sealed class HetznerNetworks : HetznerCollection<HetznerNetwork>
{
    internal HetznerNetworks(HetznerApi api, TimeProvider time)
        : base(api, "networks", "network", HetznerJson.Default.HetznerNetwork, time)
    {
    }

    /// <summary>Makes the network; one of that name that is ours already is adopted as it is.</summary>
    /// <exception cref="ForeignObjectException">A network of that name is not ours.</exception>
    public Task<Creation<HetznerNetwork>> EnsureAsync(NetworkRequest request, Ownership owner, CancellationToken ct)
    {
        var owned = request with { Labels = LabelSyntax.Owned(owner, request.Labels) };

        // Hetzner does not promise that names of networks are unique.
        return EnsureSingleAsync(() => AdoptAsync(request.Name, owner, ct), () => CreateAsync(owned, HetznerJson.Default.NetworkRequest, ct, once: true), ct);
    }

    public Task<IReadOnlyList<HetznerAction>> AddSubnetAsync(long id, Subnet subnet, CancellationToken ct) => ActAsync(id, "add_subnet", subnet, HetznerJson.Default.Subnet, ct);

    public Task<IReadOnlyList<HetznerAction>> ProtectAsync(long id, bool protect, CancellationToken ct) =>
        ActAsync(id, "change_protection", new ProtectionBody(protect), HetznerJson.Default.ProtectionBody, ct);
}
