using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>
/// Which tenants claim which slug or domain. A host that two tenants claim belongs to neither: better nobody is served
/// than the wrong one.
/// </summary>
internal sealed class HostClaims
{
    private readonly Dictionary<string, ServedTenant[]> claims = new(StringComparer.Ordinal);

    /// <summary>The slug, and the domains that can be one: slugs have no dot, domains have.</summary>
    public static IEnumerable<string> Of(Route route) => route.Domains.Where(d => d.Contains('.', StringComparison.Ordinal)).Prepend(route.Slug);

    public void Add(ServedTenant tenant, Route route)
    {
        foreach (var host in Of(route))
        {
            var others = claims.GetValueOrDefault(host) ?? [];
            claims[host] = others.Contains(tenant) ? others : [.. others, tenant];
        }
    }

    public void Remove(ServedTenant tenant, Route route)
    {
        foreach (var host in Of(route))
        {
            ServedTenant[] others = [.. (claims.GetValueOrDefault(host) ?? []).Where(t => t != tenant)];
            if (others.Length == 0)
            {
                claims.Remove(host);
            }
            else
            {
                claims[host] = others;
            }
        }
    }

    public ServedTenant? Owner(string host) => claims.GetValueOrDefault(host) is [var only] ? only : null;

    public IEnumerable<KeyValuePair<string, ServedTenant>> Undisputed() =>
        claims.Where(c => c.Value.Length == 1).Select(c => KeyValuePair.Create(c.Key, c.Value[0]));
}
