using TenantRuntime.Connections;
using TenantRuntime.Limits;
using TenantRuntime.Routes;
using TenantRuntime.Telemetry;

namespace TenantRuntime.Tenancy;

/// <summary>One tenant as this process serves it: its newest route, and what is counted for it. Lives as long as the tenant is served here.</summary>
internal sealed class ServedTenant(Route route, TimeProvider time)
{
    private readonly Lock changing = new();
    private volatile Route route = route;
    private volatile RouteState state = route.State;
    private volatile RequestMeter meter = new(route.Limits, time.TimestampFrequency);
    private DatabasePool? pool;
    private long requests;
    private HoldGate? hold = route.State == RouteState.Held ? new HoldGate() : null;

    public Guid Id { get; } = route.TenantId;

    /// <summary>The newest route. Read it once per decision: it may change between two reads.</summary>
    public Route Route => route;

    /// <summary>Of the newest route; here, because every request asks for it and reading the route itself is one more trip to memory.</summary>
    public RouteState State => state;

    public RequestMeter Meter => meter;

    /// <summary>Names the tenant in log entries.</summary>
    public TenantLogScope LogScope => field ??= new TenantLogScope(Id, Route.Slug);

    /// <summary>Counts one served request.</summary>
    public void Count() => Interlocked.Increment(ref requests);

    /// <summary>The requests counted since the last call.</summary>
    public long TakeCount() => Interlocked.Exchange(ref requests, 0);

    /// <summary>Where requests wait while the tenant is held; null when it is not.</summary>
    public HoldGate? Hold
    {
        get
        {
            lock (changing)
            {
                return hold;
            }
        }
    }

    /// <summary>The connections to where the route leads now.</summary>
    public DatabasePool Pool(ServerPools servers)
    {
        lock (changing)
        {
            return pool ??= servers.Open(route);
        }
    }

    /// <summary>Follows the newer route.</summary>
    /// <returns>The connections that must not be used from now on, or null.</returns>
    public DatabasePool? Change(Route newer)
    {
        lock (changing)
        {
            route = newer;
            state = newer.State;
            if (!meter.Enforces(newer.Limits))
            {
                meter = new RequestMeter(newer.Limits, time.TimestampFrequency).Inherit(meter, time.GetTimestamp());
            }

            if (newer.State == RouteState.Held)
            {
                hold ??= new HoldGate();
            }
            else
            {
                hold?.Open();
                hold = null;
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
        lock (changing)
        {
            var left = pool;
            pool = null;
            return left;
        }
    }
}
