using System.Net;
using Microsoft.AspNetCore.Builder;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Serving;

public sealed class BudgetUsedUpTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    private const int Connections = 4;
    private const int Asking = 12;

    [Fact]
    public async Task Only_the_requests_for_which_there_is_no_connection_get_503_and_when_to_come_back()
    {
        var route = await world.AddTenantAsync("crowded", connections: Asking);
        using var leave = new SemaphoreSlim(0);
        await using var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            app => app.MapGet("/", async (ITenant tenant, CancellationToken ct) =>
            {
                await using var connection = await tenant.OpenConnectionAsync(ct);
                await leave.WaitAsync(ct);
            }),
            options => (options.Connections.PerServer, options.Connections.QueueTimeout) = (Connections, TimeSpan.FromSeconds(1)));
        await app.SeesAsync(route.Revision);

        var asking = Enumerable.Range(0, Asking).Select(_ => app.GetAsync("crowded.localhost")).ToList();
        var refused = 0;
        while (refused < Asking - Connections)
        {
            var first = await Task.WhenAny(asking);
            asking.Remove(first);
            using var answer = await first;
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
            refused++;
        }

        leave.Release(Connections);
        foreach (var served in await Task.WhenAll(asking))
        {
            served.StatusCode.ShouldBe(HttpStatusCode.OK);
            served.Dispose();
        }
    }
}
