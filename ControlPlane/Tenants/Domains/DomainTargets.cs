using System.Net;
using ControlPlane.Catalog;
using ControlPlane.Start;
using Provisioner.Dns.Lookup;

namespace ControlPlane.Tenants.Domains;

/// <summary>Tells where domains must lead, and where they do.</summary>
public sealed class DomainTargets(ControlPlaneSettings settings, DnsSettings dns)
{
    private const string Here = "localhost";

    /// <summary>Whether tenants are found on this machine only, so that no zone in the world can lead to them.</summary>
    public bool IsOnlyHere => settings.TenantHost is Here || settings.TenantHost.EndsWith($".{Here}", StringComparison.Ordinal);

    /// <summary>Made anew each time: what this machine asks may change.</summary>
    private NameResolver Resolver => new(dns.Resolver is { } one ? [one] : NameResolver.OfThisMachine());

    /// <summary>What to set, as far as it is known without asking anybody.</summary>
    public IReadOnlyList<DomainRecord> RecordsFor(string domain, Tenant tenant, Machine? edge)
    {
        var host = settings.TenantHostOf(tenant.Slug);
        return edge is not null ? [.. DomainTarget.Of(host, edge).RecordsFor(domain)]
            : IsOnlyHere ? []
            : [.. new DomainTarget(host, []).RecordsFor(domain)];
    }

    /// <param name="edge">Null where TLS ends elsewhere: then a domain must lead where the tenant's own host name leads.</param>
    /// <exception cref="NameLookupException">No DNS server answers.</exception>
    public async Task<DomainTarget> OfAsync(Tenant tenant, Machine? edge, CancellationToken ct)
    {
        var host = settings.TenantHostOf(tenant.Slug);
        return edge is not null ? DomainTarget.Of(host, edge) : new DomainTarget(host, (await Resolver.ResolveAsync(host, ct)).Addresses);
    }

    /// <exception cref="NameLookupException">No DNS server answers.</exception>
    public Task<NameAnswer> LookUpAsync(string domain, CancellationToken ct) => Resolver.ResolveAsync(domain, ct);

    /// <summary>Whether it leads to this machine. False, too, when no DNS server answers.</summary>
    public async Task<bool> LeadsToAsync(string domain, Machine machine, CancellationToken ct)
    {
        try
        {
            return (await LookUpAsync(domain, ct)).Addresses.Contains(IPAddress.Parse(machine.Address!));
        }
        catch (NameLookupException)
        {
            return false;
        }
    }
}
