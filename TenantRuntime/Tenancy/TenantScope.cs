using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantRuntime.Connections;
using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>The tenant of one request or one job; one per dependency injection scope.</summary>
internal sealed class TenantScope(IHttpContextAccessor http, ServerPools servers, IOptions<TenantRuntimeOptions> options, TimeProvider time)
    : ITenant, IAsyncDisposable, IDisposable
{
    private readonly Lock changing = new();
    private List<ServerConnection>? open;
    private ServedTenant? tenant;

    public Guid Id => Tenant.Id;

    public string Slug => Tenant.Route.Slug;

    public string Plan => Tenant.Route.Plan;

    public TenantLimits Limits => Tenant.Route.Limits;

    public string Database => Tenant.Route.Database;

    public ServedTenant Tenant => tenant ??= http.HttpContext?.Features.Get<ServedTenant>() ?? throw NoTenantException.OutsideRequest();

    /// <summary>Makes this scope that of a job.</summary>
    public void Enter(ServedTenant served) => tenant = served;

    public async ValueTask<TenantConnection> OpenConnectionAsync(CancellationToken ct) => new(this, await TakeAsync(announces: false, ct));

    /// <summary>A connection for one use. While the tenant is held, waits; then follows the new route.</summary>
    public async ValueTask<ServerConnection> TakeAsync(bool announces, CancellationToken ct)
    {
        while (true)
        {
            // Whoever holds a connection already must get on: the hold waits for its return.
            if (Tenant.Hold is { } hold && !HoldsConnection())
            {
                await hold.WaitAsync(options.Value.Hold, time, ct);
            }

            var pool = Tenant.Pool(servers);
            try
            {
                var taken = await pool.Server.AcquireAsync(pool, ct);
                taken.BeginUse(announces);
                Remember(taken);
                return taken;
            }
            catch (RouteChangedException)
            {
                // The next turn reads the new route.
            }
        }
    }

    public ValueTask GiveBackAsync(ServerConnection used, bool lost)
    {
        lock (changing)
        {
            if (!open!.Remove(used))
            {
                return ValueTask.CompletedTask;
            }
        }

        return used.Database.Server.ReturnAsync(used, lost);
    }

    /// <summary>Closes what was not given back: nobody knows what it was in the middle of.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var forgotten in open?.ToArray() ?? [])
        {
            await GiveBackAsync(forgotten, lost: true);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private bool HoldsConnection()
    {
        lock (changing)
        {
            return open is { Count: > 0 };
        }
    }

    private void Remember(ServerConnection taken)
    {
        lock (changing)
        {
            (open ??= new List<ServerConnection>(1)).Add(taken);
        }
    }
}
