using System.Collections.Frozen;
using System.Collections.Immutable;
using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>
/// Who is served here, found by slug or domain without a lock or an allocation: a frozen index, and before it a small
/// overlay of single changes since it was built. Both are replaced as one.
/// </summary>
internal sealed class RouteTable(TimeProvider time)
{
    private const int MostOverlaid = 256;

    private readonly Lock writing = new();
    private readonly Dictionary<Guid, ServedTenant> tenants = [];
    private readonly HostClaims claims = new();
    private readonly RouteInterning interning = new();
    private volatile Hosts? hosts;
    private long revision;

    /// <summary>False until routes were loaded once; nothing can be said about any host before.</summary>
    public bool IsLoaded => hosts is not null;

    /// <summary>The revision up to which changes are applied here.</summary>
    public long Revision => Interlocked.Read(ref revision);

    public int Count
    {
        get
        {
            lock (writing)
            {
                return tenants.Count;
            }
        }
    }

    public ServedTenant? FindSlug(ReadOnlySpan<char> slug) => slug.Contains('.') ? null : hosts?.Find(slug);

    public ServedTenant? FindDomain(ReadOnlySpan<char> domain) => domain.Contains('.') ? hosts?.Find(domain) : null;

    public ServedTenant? Find(Guid tenantId)
    {
        lock (writing)
        {
            return tenants.GetValueOrDefault(tenantId);
        }
    }

    public ImmutableArray<ServedTenant> All()
    {
        lock (writing)
        {
            return [.. tenants.Values];
        }
    }

    /// <summary>Replaces everything. Tenants that stay keep their <see cref="ServedTenant"/>.</summary>
    public RouteTransition Load(RouteSnapshot snapshot)
    {
        lock (writing)
        {
            var transition = new RouteTransition(snapshot.Revision);
            var staying = snapshot.Routes.Select(r => r.TenantId).ToHashSet();
            foreach (var gone in tenants.Keys.Where(id => !staying.Contains(id)).ToList())
            {
                Remove(gone, transition);
            }

            foreach (var route in snapshot.Routes)
            {
                Put(route, transition);
            }

            Interlocked.Exchange(ref revision, snapshot.Revision);
            hosts = Hosts.Build(claims);
            return transition;
        }
    }

    /// <summary>Applies one change; one that is not newer than what is known is ignored.</summary>
    public RouteTransition Apply(RouteChange change)
    {
        lock (writing)
        {
            var transition = new RouteTransition(change.Revision);
            if (change.Revision > revision)
            {
                var touched = change.Route is { } route ? Put(route, transition) : Remove(change.TenantId, transition);
                Interlocked.Exchange(ref revision, change.Revision);

                // Readers go on with the old index meanwhile.
                hosts = hosts is { } current && current.Overlaid < MostOverlaid ? current.With(touched, claims) : Hosts.Build(claims);
            }

            return transition;
        }
    }

    public RouteSnapshot ToSnapshot()
    {
        lock (writing)
        {
            return new RouteSnapshot(revision, [.. tenants.Values.Select(t => t.Route)]);
        }
    }

    private IEnumerable<string> Put(Route given, RouteTransition transition)
    {
        var route = interning.Share(given);
        if (!tenants.TryGetValue(route.TenantId, out var tenant))
        {
            tenant = new ServedTenant(route, time);
            tenants.Add(route.TenantId, tenant);
            claims.Add(tenant, route);
            transition.Arrived.Add(tenant);
            return HostClaims.Of(route);
        }

        var before = tenant.Route;
        claims.Remove(tenant, before);
        claims.Add(tenant, route);
        if (tenant.Change(route) is { } left)
        {
            transition.Leave(left, isHold: route.State == RouteState.Held);
        }

        return HostClaims.Of(before).Union(HostClaims.Of(route), StringComparer.Ordinal);
    }

    private IEnumerable<string> Remove(Guid tenantId, RouteTransition transition)
    {
        if (!tenants.Remove(tenantId, out var tenant))
        {
            return [];
        }

        claims.Remove(tenant, tenant.Route);
        if (tenant.Leave() is { } left)
        {
            transition.Leave(left, isHold: false);
        }

        return HostClaims.Of(tenant.Route);
    }

    private sealed class Hosts
    {
        private readonly FrozenDictionary<string, ServedTenant> frozen;
        private readonly FrozenDictionary<string, ServedTenant>.AlternateLookup<ReadOnlySpan<char>> index;
        private readonly Dictionary<string, ServedTenant?>? changed;
        private readonly Dictionary<string, ServedTenant?>.AlternateLookup<ReadOnlySpan<char>> overlay;

        private Hosts(FrozenDictionary<string, ServedTenant> frozen, Dictionary<string, ServedTenant?>? changed)
        {
            this.frozen = frozen;
            this.changed = changed;
            index = frozen.GetAlternateLookup<ReadOnlySpan<char>>();
            overlay = changed?.GetAlternateLookup<ReadOnlySpan<char>>() ?? default;
        }

        public int Overlaid => changed?.Count ?? 0;

        public static Hosts Build(HostClaims claims) => new(claims.Undisputed().ToFrozenDictionary(StringComparer.Ordinal), changed: null);

        public Hosts With(IEnumerable<string> touched, HostClaims claims)
        {
            var next = changed is null ? new Dictionary<string, ServedTenant?>(StringComparer.Ordinal) : new Dictionary<string, ServedTenant?>(changed, StringComparer.Ordinal);
            foreach (var host in touched)
            {
                next[host] = claims.Owner(host);
            }

            return new Hosts(frozen, next);
        }

        public ServedTenant? Find(ReadOnlySpan<char> host) =>
            changed is not null && overlay.TryGetValue(host, out var newer) ? newer
            : index.TryGetValue(host, out var tenant) ? tenant
            : null;
    }
}
