using System.Text;
using TenantRuntime.Connections;
using TenantRuntime.Hosts;
using TenantRuntime.Limits;
using TenantRuntime.Routes;
using TenantRuntime.Telemetry;

namespace TenantRuntime.Tenancy;

/// <summary>One tenant as this process serves it: its newest route, and what is counted for it. Lives as long as the tenant is served here.</summary>
internal sealed class ServedTenant
{
    // Changes are rare: a lock for each of many tenants would rest unused nearly always.
    private static readonly Lock[] Locks = [.. Enumerable.Range(0, 32).Select(_ => new Lock())];

    private readonly TenantEntry[] block;
    private readonly int at;
    private volatile Route route;
    private bool isRenamed;
    private DatabasePool? pool;
    private HoldGate? hold;
    private long secondGrownBack;
    private long warned;

    /// <summary>A tenant by itself, which no host leads to.</summary>
    public ServedTenant(Route route, TimeProvider time)
        : this(route, time, new TenantEntry[1], at: 0)
    {
    }

    public ServedTenant(Route route, TimeProvider time, TenantEntry[] block, int at)
    {
        this.route = route;
        this.block = block;
        this.at = at;
        hold = route.State == RouteState.Held ? new HoldGate(route) : null;
        Entry.Begin(Ascii.IsValid(route.Slug) ? ShortName.Of(route.Slug) : default, route.State, RequestQuota.Of(route.Limits, time.TimestampFrequency).Id);
    }

    public Guid Id => route.TenantId;

    /// <summary>Its place in <see cref="TenantEntries"/>.</summary>
    public int Number { get; init; }

    /// <summary>The newest route. Read it once per decision: it may change between two reads.</summary>
    public Route Route => route;

    /// <summary>What requests ask for.</summary>
    public FoundTenant Found => new(this, ref Entry);

    /// <summary>When the requests of the second will have grown back.</summary>
    public ref long SecondGrownBack => ref secondGrownBack;

    /// <summary>Names the tenant in log entries.</summary>
    public TenantLogScope LogScope => field ??= new TenantLogScope(Id, Route.Slug);

    private ref TenantEntry Entry => ref block[at];

    private Lock Changing => Locks[(uint)Id.GetHashCode() % (uint)Locks.Length];

    /// <summary>By what it is found: the slug, and the domains that can be one. Slugs have no dot, domains have.</summary>
    public IReadOnlyList<string> Hosts()
    {
        var newest = route;
        return newest.Domains.Count == 0 ? [newest.Slug] : [newest.Slug, .. newest.Domains.Where(d => d.Contains('.', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether it is found by this slug.</summary>
    public bool HasSlug(ReadOnlySpan<char> slug) => slug.SequenceEqual(route.Slug);

    /// <summary>Whether it is found by this domain.</summary>
    public bool HasDomain(ReadOnlySpan<char> domain)
    {
        foreach (var own in route.Domains)
        {
            if (domain.SequenceEqual(own))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The requests counted since the last call.</summary>
    public long TakeCount() => Interlocked.Exchange(ref Entry.Requests, 0);

    /// <summary>Whether somebody should be told now that the hour's requests are nearly used: once an hour.</summary>
    public bool ShouldWarn(long now, long frequency)
    {
        var last = Volatile.Read(ref warned);
        return (last == 0 || now - last > 3600 * frequency) && Interlocked.CompareExchange(ref warned, now, last) == last;
    }

    /// <summary>Where requests wait while the tenant is held; null when it is not.</summary>
    public HoldGate? Hold => Volatile.Read(ref hold);

    /// <summary>The connections to where the route leads now.</summary>
    public DatabasePool Pool(ServerPools servers)
    {
        if (Volatile.Read(ref pool) is { } known)
        {
            return known;
        }

        lock (Changing)
        {
            return pool ??= servers.Open(route);
        }
    }

    /// <summary>Follows the newer route.</summary>
    /// <returns>The connections that must not be used from now on, or null.</returns>
    public DatabasePool? Change(Route newer, TimeProvider time)
    {
        lock (Changing)
        {
            isRenamed |= newer.Slug != route.Slug;
            route = newer;
            var (before, after) = (Found.Quota, RequestQuota.Of(newer.Limits, time.TimestampFrequency));
            Entry.Set(newer.State, after.Id, isRenamed);
            if (after != before)
            {
                after.Hour.Follow(before.Hour, ref Entry.GrownBack, RequestClock.Now(time));
            }

            if (hold?.IsOf(newer) != true)
            {
                // Who waited there looks for the next gate.
                hold?.Open();
                hold = newer.State == RouteState.Held ? new HoldGate(newer) : null;
            }

            if (pool is not null && newer.State == RouteState.Active && pool.Serves(newer))
            {
                pool.Cap = Math.Max(1, newer.Limits.Connections);
                return null;
            }

            return Leave();
        }
    }

    /// <inheritdoc cref="Change"/>
    /// <summary>The tenant is served here no longer.</summary>
    public DatabasePool? Leave()
    {
        lock (Changing)
        {
            var left = pool;
            pool = null;
            return left;
        }
    }
}
