using Provisioner.Hetzner.Actions;

namespace Provisioner.Hetzner.Networks;

/// <summary>The reserved addresses of our project.</summary>
public sealed class HetznerPrimaryIps : HetznerCollection<HetznerPrimaryIp>
{
    internal HetznerPrimaryIps(HetznerApi api, TimeProvider time)
        : base(api, "primary_ips", "primary_ip", HetznerJson.Default.HetznerPrimaryIp, time)
    {
    }

    /// <summary>Reserves the address; one of that name that is ours already is adopted.</summary>
    /// <exception cref="ForeignObjectException">An address of that name is not ours.</exception>
    public Task<Creation<HetznerPrimaryIp>> EnsureAsync(PrimaryIpRequest request, Ownership owner, CancellationToken ct)
    {
        var owned = request with { Labels = LabelSyntax.Owned(owner, request.Labels) };
        return EnsureAsync(request.Name, owner, () => CreateAsync(owned, HetznerJson.Default.PrimaryIpRequest, ct), ct);
    }

    /// <summary>Gives it to a server, which must be off.</summary>
    public Task<IReadOnlyList<HetznerAction>> AssignAsync(long id, long server, CancellationToken ct) =>
        ActAsync(id, "assign", new AssignBody("server", server), HetznerJson.Default.AssignBody, ct);

    /// <summary>Takes it from its server, which must be off.</summary>
    public Task<IReadOnlyList<HetznerAction>> UnassignAsync(long id, CancellationToken ct) => ActAsync(id, "unassign", ct);

    public Task<HetznerPrimaryIp> SetAutoDeleteAsync(long id, bool autoDelete, CancellationToken ct) =>
        Api.PutAsync($"{Path}/{id}", new AutoDeleteBody(autoDelete), HetznerJson.Default.AutoDeleteBody, a => a.One(One, Type), ct);

    public Task<IReadOnlyList<HetznerAction>> ProtectAsync(long id, bool protect, CancellationToken ct) =>
        ActAsync(id, "change_protection", new ProtectionBody(protect), HetznerJson.Default.ProtectionBody, ct);
}
