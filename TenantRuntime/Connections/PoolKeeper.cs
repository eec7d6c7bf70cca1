using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using TenantRuntime.Telemetry;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Connections;

/// <summary>Closes idle connections in time, and opens the first one of new tenants before their first request.</summary>
internal sealed class PoolKeeper(ServerPools servers, TimeProvider time, ILogger<PoolKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Channel<ServedTenant> newcomers = Channel.CreateBounded<ServedTenant>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Warms up this tenant's database when there is time and room for it; the first connection to a fresh one is slow.</summary>
    public void Arrived(ServedTenant tenant) => newcomers.Writer.TryWrite(tenant);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Meters.Observe(servers);
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SweepAsync(stoppingToken), WarmUpAsync(stoppingToken));

    private async Task SweepAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var server in servers.All)
            {
                await server.SweepAsync();
            }
        }
    }

    private async Task WarmUpAsync(CancellationToken ct)
    {
        await foreach (var tenant in newcomers.Reader.ReadAllAsync(ct))
        {
            try
            {
                var pool = tenant.Pool(servers);
                await pool.Server.WarmUpAsync(pool, ct);
            }
            catch (Exception e) when (e is NpgsqlException or ServerBusyException or RouteChangedException or WrongDatabaseException)
            {
                log.LogInformation(e, "The database of {Tenant} could not be warmed up; its first request will try again.", tenant.Route.Slug);
            }
        }
    }
}
