using ControlPlane.Catalog;
using ControlPlane.Start;
using Provisioner;
using Provisioner.Dns;

namespace ControlPlane.Tenants;

/// <summary>Host names of tenants that have a server of their own, where we keep the zone; elsewhere nothing is done.</summary>
public sealed class HostRecords(ControlPlaneSettings settings, Installation installation, IServiceProvider services)
{
    /// <summary>How long others remember where a name led.</summary>
    public static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);


    /// <summary>Lets the tenant's host name lead to an address. False when the zone is not ours to keep.</summary>
    public async Task<bool> PointAsync(Guid tenant, string slug, string address, CancellationToken ct)
    {
        if (NameOf(slug) is not { } name)
        {
            return false;
        }

        await services.GetRequiredService<IDnsProvider>().EnsureAsync(new RecordSet(name, [address], Ttl), OwnerOf(tenant), ct);
        return true;
    }

    /// <summary>From then on the name leads wherever the zone's wildcard does.</summary>
    public async Task RemoveAsync(Guid tenant, string slug, CancellationToken ct)
    {
        if (NameOf(slug) is { } name)
        {
            await services.GetRequiredService<IDnsProvider>().RemoveAsync(name, OwnerOf(tenant), ct);
        }
    }

    /// <summary>Whether the tenant's host name is in a zone that we keep.</summary>
    public bool Keeps(string slug) => NameOf(slug) is not null;

    /// <summary>The tenant's record in a zone that we keep at Hetzner; null elsewhere.</summary>
    public RecordName? AtHetzner(string slug) => settings.Machines.Provider == "hetzner" ? NameOf(slug) : null;

    private RecordName? NameOf(string slug) =>
        settings.Machines.Zone is { } zone && settings.TenantHostOf(slug) is var host && host.EndsWith($".{zone}", StringComparison.Ordinal)
            ? new RecordName(zone, host[..^(zone.Length + 1)], RecordType.A)
            : null;

    private Ownership OwnerOf(Guid tenant) => new(installation.Id.ToString("N"), tenant);
}
