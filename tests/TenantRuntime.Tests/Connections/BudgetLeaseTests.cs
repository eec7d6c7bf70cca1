using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Support;
using TenantRuntime.Connections;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Connections;

public sealed class BudgetLeaseTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task A_runtime_holds_no_more_than_the_share_it_was_granted()
    {
        var route = await world.AddTenantAsync("leased");
        var share = 2;
        world.ControlPlane.Budget = demand => new BudgetGrant([.. demand.Servers.Select(s => new ServerShare(s.ServerId, Volatile.Read(ref share), TimeProvider.System.GetUtcNow().AddSeconds(10)))]);
        await using var app = await ServedApp.StartAsync(world.ControlPlane.Address, app => app.MapGet("/", async (ITenant tenant, CancellationToken ct) =>
        {
            await using var connection = await tenant.OpenConnectionAsync(ct);
            await using var command = connection.CreateCommand("SELECT 1 FROM pg_sleep(0.05)");
            await command.ExecuteScalarAsync(ct);
        }));
        await app.SeesAsync(route.Revision);
        var server = app.Services.GetRequiredService<ServerPools>().Of(route.ServerId);
        await Eventually.Async(() => server.Limit == 2, TimeSpan.FromSeconds(10), "the share is in force");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => app.GetStringAsync("leased.localhost")));
        var (inUse, idle, _) = server.Measure();
        (inUse + idle).ShouldBe(2);

        Volatile.Write(ref share, 7);
        await Eventually.Async(() => server.Limit == 7, TimeSpan.FromSeconds(10), "the larger share is in force");
    }
}
