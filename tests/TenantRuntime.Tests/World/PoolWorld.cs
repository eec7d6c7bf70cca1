using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantRuntime.Connections;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Tests.World;

/// <summary>The connections of a runtime, without a web application around them.</summary>
internal sealed class PoolWorld : IDisposable
{
    private readonly IOptions<TenantRuntimeOptions> options;
    private readonly DatabaseOpener opener;

    /// <param name="time">The pools' clock; null is the system's.</param>
    public PoolWorld(Action<ConnectionOptions> configure, TimeProvider? time = null)
    {
        options = Options.Create(new TenantRuntimeOptions { Key = "k", Instance = $"pool-{Guid.CreateVersion7():n}" });
        configure(options.Value.Connections);
        opener = new DatabaseOpener(options, TimeProvider.System);
        Servers = new ServerPools(options, opener, time ?? TimeProvider.System);
    }

    public ServerPools Servers { get; }

    /// <summary>What these connections are called in <c>pg_stat_activity.application_name</c>.</summary>
    public string Name => options.Value.Instance;

    /// <summary>The scope of one request of this tenant.</summary>
    public TenantScope Scope(ServedTenant tenant)
    {
        var scope = new TenantScope(new HttpContextAccessor(), Servers, options, TimeProvider.System);
        scope.Enter(tenant);
        return scope;
    }

    public static ServedTenant Serve(Route route) => new(route, TimeProvider.System);

    /// <summary>Runs one statement as one request of the tenant would.</summary>
    public async Task<object?> UseAsync(ServedTenant tenant, string sql, CancellationToken ct = default)
    {
        await using var scope = Scope(tenant);
        await using var connection = await scope.OpenConnectionAsync(ct);
        await using var command = connection.CreateCommand(sql);
        return await command.ExecuteScalarAsync(ct);
    }

    public void Dispose()
    {
        foreach (var server in Servers.All)
        {
            server.ChangeLimitAsync(0).AsTask().GetAwaiter().GetResult();
        }

        opener.Dispose();
    }
}
