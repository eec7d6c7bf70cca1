using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Testing;

/// <summary>
/// Tenants for an application's own tests, without a control plane: call <see cref="TestTenantsExtensions.UseTestTenants"/>
/// on the services after <c>AddTenantRuntime</c>, add tenants, and send requests to <c>SLUG.BaseDomain</c>.
/// </summary>
public sealed class TestTenants
{
    private readonly RouteTable table;
    private readonly Lock adding = new();
    private readonly Dictionary<Guid, Route> routes = [];
    private long revision;

    internal TestTenants(RouteTable table) => this.table = table;

    /// <summary>
    /// Serves a tenant from this database. The login role must be named like the database, and the setting
    /// <c>controlplane.tenant_id</c> of the database must be <paramref name="tenantId"/>, as in production.
    /// </summary>
    public void Add(string slug, Guid tenantId, string host, int port, string database, string password, TenantLimits? limits = null)
    {
        lock (adding)
        {
            var allowed = limits ?? new TenantLimits(Users: null, StorageMegabytes: null, RequestsPerHour: null, Connections: 10);
            routes[tenantId] = new Route(tenantId, slug, [], RouteState.Active, "Test", allowed, ServerOf(host, port), host, port, database, password, ++revision);
            table.Load(new RouteSnapshot(revision, [.. routes.Values]));
        }
    }

    /// <summary>Suspends or resumes a tenant.</summary>
    public void Change(Guid tenantId, RouteState state)
    {
        lock (adding)
        {
            routes[tenantId] = routes[tenantId] with { State = state, Revision = ++revision };
            table.Load(new RouteSnapshot(revision, [.. routes.Values]));
        }
    }

    private Guid ServerOf(string host, int port) =>
        routes.Values.FirstOrDefault(r => r.Host == host && r.Port == port)?.ServerId ?? Guid.CreateVersion7();
}
