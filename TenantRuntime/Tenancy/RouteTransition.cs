using TenantRuntime.Connections;

namespace TenantRuntime.Tenancy;

/// <summary>What follows from a change of routes for tenants and their connections.</summary>
internal sealed class RouteTransition(long revision)
{
    public long Revision { get; } = revision;

    public List<ServedTenant> Arrived { get; } = [];

    /// <summary>Connections to where a tenant no longer lives, or must not be served at the moment.</summary>
    public List<DatabasePool> Left { get; } = [];

    /// <summary>Done when nobody works in the databases that are held.</summary>
    public List<Task> Drains { get; } = [];

    public void Leave(DatabasePool pool, bool isHold)
    {
        Left.Add(pool);
        if (isHold)
        {
            Drains.Add(pool.Drained);
        }
    }
}
