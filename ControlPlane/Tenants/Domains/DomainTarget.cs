using System.Net;
using System.Net.Sockets;
using ControlPlane.Catalog;
using Provisioner.Dns.Lookup;

namespace ControlPlane.Tenants.Domains;

/// <summary>Where a domain must lead.</summary>
/// <param name="TenantHost">The tenant's host name with us, which leads there too.</param>
/// <param name="Addresses">Of its machine; none is known where the tenant's host leads nowhere.</param>
public sealed record DomainTarget(string TenantHost, IReadOnlyList<IPAddress> Addresses)
{
    public static DomainTarget Of(string tenantHost, Machine machine) => new(tenantHost, [IPAddress.Parse(machine.Address!)]);

    /// <summary>What to set, as one says it to whoever keeps the zone.</summary>
    public string Advise(string domain) => string.Join(", or ", RecordsFor(domain).Select(r => $"{r.Type} {r.Name} -> {r.Value}"));

    /// <summary>Each of them alone will do; an alias cannot stand at the top of a zone.</summary>
    public IEnumerable<DomainRecord> RecordsFor(string domain) =>
        Addresses.Select(a => new DomainRecord(TypeOf(a), domain, a.ToString())).Append(new DomainRecord("CNAME", domain, TenantHost));

    /// <summary>What is wrong with where the domain leads; null when all is well. Authorities prefer IPv6, so no address may be another's.</summary>
    public string? FaultOf(NameAnswer found)
    {
        if (Addresses.Count == 0)
        {
            return $"{TenantHost} leads nowhere itself";
        }

        if (found.Addresses.Count == 0)
        {
            return $"{found.Name} leads nowhere yet";
        }

        var strange = found.Addresses.Where(a => !Addresses.Contains(a)).ToList();
        return strange.Count == 0 ? null
            : strange.Count < found.Addresses.Count || Addresses.All(a => a.AddressFamily != strange[0].AddressFamily)
                ? $"{found.Name} also leads elsewhere; remove {string.Join(", ", strange.Select(a => $"{TypeOf(a)} {found.Name} -> {a}"))}"
                : $"{found.Name} leads to {string.Join(", ", strange)}";
    }

    private static string TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA";
}
