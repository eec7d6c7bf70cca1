using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantRuntime;
using TenantRuntime.Connections;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace Benchmarks.Runtime;

/// <summary>The connections of one runtime, as its handlers use them.</summary>
internal sealed class RuntimeNode : IAsyncDisposable
{
    private readonly IOptions<TenantRuntimeOptions> options;
    private readonly DatabaseOpener opener;
    private readonly ServerPools pools;
    private readonly ServedTenant[] tenants;
    private readonly HttpContextAccessor http = new();

    /// <param name="budget">Connections it may hold.</param>
    public RuntimeNode(IReadOnlyList<Route> routes, int budget)
    {
        options = Options.Create(new TenantRuntimeOptions { Instance = $"bench-{Guid.CreateVersion7():N}", Connections = new() { PerServer = budget, QueueTimeout = TimeSpan.FromSeconds(30) } });
        opener = new DatabaseOpener(options, TimeProvider.System);
        pools = new ServerPools(options, opener, TimeProvider.System);
        tenants = [.. routes.Select(r => new ServedTenant(r, TimeProvider.System))];
    }

    /// <summary>Reads one row; answers whether a connection was at hand at once.</summary>
    public Task<bool> ReadAsync(int tenant, CancellationToken ct) => QueryAsync(tenant, "select name from t1 where id = $1", ct);

    /// <summary>Reads one row and keeps the connection for 200 ms, as a long report does whose work is elsewhere.</summary>
    public Task<bool> ReportAsync(int tenant, CancellationToken ct) => QueryAsync(tenant, "select name from t1, pg_sleep(0.2) where id = $1", ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in pools.All)
        {
            await server.ChangeLimitAsync(0);
        }

        opener.Dispose();
    }

    private async Task<bool> QueryAsync(int tenant, string sql, CancellationToken ct)
    {
        await using var scope = new TenantScope(http, pools, options, TimeProvider.System);
        scope.Enter(tenants[tenant]);
        var opening = scope.OpenConnectionAsync(ct);
        var wasAtHand = opening.IsCompleted;
        await using var connection = await opening;
        await using var command = connection.CreateCommand(sql);
        command.Parameters.Add(new() { Value = 7L });
        await command.ExecuteScalarAsync(ct);
        return wasAtHand;
    }
}
