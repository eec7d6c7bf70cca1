using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Support;
using TenantRuntime.Following;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Following;

public sealed class StaticStabilityTests(TenantWorld world) : IClassFixture<TenantWorld>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("routes-").FullName;

    private string Snapshot => Path.Combine(folder, "routes.bin");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Tenants_are_served_after_a_restart_while_the_control_plane_is_away()
    {
        var route = await world.AddTenantAsync("steady");
        await using (var before = await StartAsync())
        {
            await before.SeesAsync(route.Revision);
            await before.StopAsync();
        }

        await world.ControlPlane.GoAwayAsync();
        await using var after = await StartAsync();

        (await after.GetStringAsync("steady.localhost")).ShouldBe("steady");
        await world.ControlPlane.ComeBackAsync();
        await after.SeesAsync((await world.AddTenantAsync("newcomer")).Revision);
        (await after.GetStringAsync("newcomer.localhost")).ShouldBe("newcomer");
    }

    [Fact]
    public async Task Changes_made_while_the_stream_was_cut_are_caught_up_without_a_full_fetch()
    {
        var route = await world.AddTenantAsync("cut-off");
        await using var app = await StartAsync();
        await app.SeesAsync(route.Revision);
        var fetches = world.ControlPlane.Fetches;

        await world.ControlPlane.GoAwayAsync();
        var suspended = world.ControlPlane.Publish(route with { State = RouteState.Suspended });
        await world.ControlPlane.ComeBackAsync();
        await app.SeesAsync(suspended.Revision);

        (await app.GetAsync("cut-off.localhost")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        world.ControlPlane.Fetches.ShouldBe(fetches);
    }

    [Fact]
    public async Task The_control_plane_is_told_which_schema_a_release_is_made_for_until_it_ends()
    {
        await using var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            web => web.MapGet("/", () => "hello"),
            o =>
            {
                o.Instance = "runtime-8";
                o.SchemaHead = "20260301000000";
            });
        await Eventually.Async(
            () => world.ControlPlane.Schemas.GetValueOrDefault("runtime-8") == "20260301000000", TimeSpan.FromSeconds(10), "the schema is told");

        await app.StopAsync();

        world.ControlPlane.Schemas.ContainsKey("runtime-8").ShouldBeFalse();
    }

    [Fact]
    public async Task When_the_control_plane_no_longer_knows_that_far_back_everything_is_fetched_again()
    {
        var route = await world.AddTenantAsync("forgotten");
        await using var app = await StartAsync();
        await app.SeesAsync(route.Revision);

        await world.ControlPlane.GoAwayAsync();
        world.ControlPlane.Remove(route.TenantId);
        world.ControlPlane.OldestKnown = world.ControlPlane.Revision;
        await world.ControlPlane.ComeBackAsync();
        await app.SeesAsync(world.ControlPlane.Revision);

        (await app.GetAsync("forgotten.localhost")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Applied_revisions_are_acknowledged()
    {
        var route = await world.AddTenantAsync("listened-to");
        await using var app = await StartAsync(o => o.Instance = "runtime-7");

        await Eventually.Async(
            () => world.ControlPlane.Acknowledged.GetValueOrDefault("runtime-7") >= route.Revision, TimeSpan.FromSeconds(10), "the revision is acknowledged");
    }

    [Fact]
    public async Task A_damaged_snapshot_is_refused_and_routes_are_fetched_anew()
    {
        var route = await world.AddTenantAsync("damaged");
        await using (var before = await StartAsync())
        {
            await before.SeesAsync(route.Revision);
            await before.StopAsync();
        }

        var file = await File.ReadAllBytesAsync(Snapshot);
        file[^1] ^= 1;
        await File.WriteAllBytesAsync(Snapshot, file);
        var reader = new RouteFile(Options.Create(new TenantRuntimeOptions { Key = FakeControlPlane.Key, SnapshotPath = Snapshot }));
        await Should.ThrowAsync<InvalidDataException>(() => reader.ReadAsync(CancellationToken.None));
        await using var after = await StartAsync();

        await after.SeesAsync(route.Revision);
        (await after.GetStringAsync("damaged.localhost")).ShouldBe("damaged");
    }

    [Fact]
    public async Task The_snapshot_shows_no_secret_and_is_readable_by_its_owner_only()
    {
        var route = await world.AddTenantAsync("secretive");
        await using (var app = await StartAsync())
        {
            await app.SeesAsync(route.Revision);
            await app.StopAsync();
        }

        (await File.ReadAllTextAsync(Snapshot)).ShouldNotContain(route.Password);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Snapshot).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Without_any_routes_yet_requests_are_told_to_come_back()
    {
        await using var app = await ServedApp.StartAsync("http://127.0.0.1:1", app => app.MapGet("/", () => "never"));

        using var response = await app.GetAsync("steady.localhost");
        using var ready = await app.GetAsync("steady.localhost", "/health/ready");

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private Task<ServedApp> StartAsync(Action<TenantRuntimeOptions>? options = null) => ServedApp.StartAsync(
        world.ControlPlane.Address,
        app => app.MapGet("/", (ITenant tenant) => tenant.Slug),
        o =>
        {
            o.SnapshotPath = Snapshot;
            options?.Invoke(o);
        });
}
