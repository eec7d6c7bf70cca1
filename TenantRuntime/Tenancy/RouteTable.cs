using System.Collections.Immutable;
using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>
/// Who is served here, found by slug or domain without a lock or an allocation. A full fetch replaces the index as a whole, a single
/// change touches only its own hosts in it.
/// </summary>
internal sealed class RouteTable(TimeProvider time)
{
    private const int MoreThanNow = 64;

    private readonly Lock writing = new();
    private readonly Dictionary<Guid, ServedTenant> tenants = [];
    private readonly TenantEntries entries = new();
    private readonly RouteInterning interning = new();
    private volatile HostIndex? hosts;
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

    /// <summary>Also asked for what cannot be one: no tenant has a slug with a dot.</summary>
    public FoundTenant FindSlug(ReadOnlySpan<char> slug) => hosts is { } index ? index.Find(slug, isSlug: true) : default;

    public FoundTenant FindDomain(ReadOnlySpan<char> domain) => hosts is { } index && domain.Contains('.') ? index.Find(domain, isSlug: false) : default;

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

            tenants.EnsureCapacity(snapshot.Routes.Count);
            foreach (var route in snapshot.Routes)
            {
                Put(route, transition);
            }

            Interlocked.Exchange(ref revision, snapshot.Revision);
            hosts = BuildIndex();
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
                var before = tenants.GetValueOrDefault(change.TenantId)?.Hosts() ?? [];
                var tenant = change.Route is { } route ? Put(route, transition) : Remove(change.TenantId, transition);
                Interlocked.Exchange(ref revision, change.Revision);
                Index(tenant, before, change.Route is null ? [] : tenant!.Hosts());
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

    private ServedTenant Put(Route given, RouteTransition transition)
    {
        var route = interning.Share(given);
        if (!tenants.TryGetValue(route.TenantId, out var tenant))
        {
            tenant = entries.Add(route, time);
            tenants.Add(route.TenantId, tenant);
            transition.Arrived.Add(tenant);
        }
        else if (tenant.Change(route, time) is { } left)
        {
            transition.Leave(left, isHold: route.State == RouteState.Held);
        }

        return tenant;
    }

    private ServedTenant? Remove(Guid tenantId, RouteTransition transition)
    {
        if (!tenants.Remove(tenantId, out var tenant))
        {
            return null;
        }

        entries.Forget(tenant);
        if (tenant.Leave() is { } left)
        {
            transition.Leave(left, isHold: false);
        }

        return tenant;
    }

    private void Index(ServedTenant? tenant, IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        if (hosts is not { } index || !index.HasRoomFor(after.Count))
        {
            hosts = BuildIndex();
            return;
        }

        // What stays is not touched: it is found at every moment.
        foreach (var host in before.Except(after, StringComparer.Ordinal))
        {
            index.Remove(host, tenant!);
        }

        foreach (var host in after.Except(before, StringComparer.Ordinal))
        {
            index.Add(host, tenant!);
        }
    }

    // Readers go on with the old index meanwhile.
    private HostIndex BuildIndex()
    {
        var index = new HostIndex(entries, tenants.Values.Sum(t => 1 + t.Route.Domains.Count) + MoreThanNow);
        foreach (var tenant in tenants.Values)
        {
            foreach (var host in tenant.Hosts())
            {
                index.Add(host, tenant);
            }
        }

        return index;
    }
}
