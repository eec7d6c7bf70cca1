using Microsoft.AspNetCore.Builder;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Usage;

public sealed class UsageTests(TenantWorld world) : IClassFixture<TenantWorld>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("usage-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Requests_are_counted_and_none_is_lost_at_the_end()
    {
        var route = await world.AddTenantAsync("counted");
        await using var app = await StartAsync();
        await app.SeesAsync(route.Revision);

        await Task.WhenAll(Enumerable.Range(0, 57).Select(_ => app.GetStringAsync("counted.localhost")));
        await app.StopAsync();

        Reported(route).ShouldBe(57);
    }

    [Fact]
    public async Task While_the_control_plane_fails_usage_waits_also_over_a_restart()
    {
        var route = await world.AddTenantAsync("kept");
        world.ControlPlane.UsageFails = true;
        await using (var before = await StartAsync())
        {
            await before.SeesAsync(route.Revision);
            await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => before.GetStringAsync("kept.localhost")));
            await before.StopAsync();
        }

        Reported(route).ShouldBe(0);
        world.ControlPlane.UsageFails = false;
        await using var after = await StartAsync();

        await Eventually.Async(() => Reported(route) == 9, TimeSpan.FromSeconds(10), "the kept usage is reported");
    }

    private long Reported(Route route) =>
        world.ControlPlane.Usage.Values.SelectMany(b => b.Hours).Where(h => h.TenantId == route.TenantId).Sum(h => h.Requests);

    private Task<ServedApp> StartAsync() => ServedApp.StartAsync(
        world.ControlPlane.Address,
        app => app.MapGet("/", () => "served"),
        o =>
        {
            o.UsageInterval = TimeSpan.FromMilliseconds(100);
            o.SnapshotPath = Path.Combine(folder, "routes.bin");
        });
}
