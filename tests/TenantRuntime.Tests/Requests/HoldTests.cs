using System.Net;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tests.Serving;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Requests;

public sealed class HoldTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    private const string Instance = "holding";

    [Fact]
    public async Task Held_requests_wait_and_go_on_in_the_new_database()
    {
        var old = await world.AddTenantAsync("mover", NotesDb.Schema);
        var target = await world.CreateAsync("mover", NotesDb.Schema, 10, []);
        await world.ExecuteAsync($"ALTER DATABASE {target.Database} SET controlplane.tenant_id = '{old.TenantId}'");
        await using var app = await StartAsync();
        await app.SeesAsync(old.Revision);
        await app.GetStringAsync("mover.localhost");

        var held = world.ControlPlane.Publish(old with { State = RouteState.Held });
        await AcknowledgedAsync(held.Revision);
        var waiting = Enumerable.Range(0, 20).Select(_ => app.GetStringAsync("mover.localhost")).ToList();
        (await world.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{old.Database}'")).ShouldBe(0);
        waiting.ShouldAllBe(w => !w.IsCompleted);
        world.ControlPlane.Publish(target with { TenantId = old.TenantId });

        (await Task.WhenAll(waiting)).ShouldAllBe(answer => answer == target.Database);
    }

    [Fact]
    public async Task A_hold_is_acknowledged_only_when_running_work_has_ended()
    {
        var route = await world.AddTenantAsync("busy", NotesDb.Schema);
        await using var app = await StartAsync();
        await app.SeesAsync(route.Revision);
        await using var blocker = await world.OpenAsync(route.Database);
        await using var block = new NpgsqlCommand("SELECT pg_advisory_lock(1)", blocker);
        await block.ExecuteNonQueryAsync();
        var slow = app.GetStringAsync("busy.localhost", "/slow");
        await Eventually.Async(
            async () => await world.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{route.Database}' AND wait_event = 'advisory'") == 1,
            TimeSpan.FromSeconds(10), "the slow request works");

        var held = world.ControlPlane.Publish(route with { State = RouteState.Held });
        await app.SeesAsync(held.Revision);
        var other = await world.AddTenantAsync("other", NotesDb.Schema);
        await app.SeesAsync(other.Revision);

        (await app.GetStringAsync("other.localhost")).ShouldBe(other.Database);
        slow.IsCompleted.ShouldBeFalse();
        world.ControlPlane.Acknowledged.GetValueOrDefault(Instance).ShouldBeLessThan(held.Revision);
        await blocker.CloseAsync();
        (await slow).ShouldBe("slow");
        await AcknowledgedAsync(other.Revision);
    }

    [Fact]
    public async Task Waiting_is_bounded_in_number_and_time()
    {
        var route = await world.AddTenantAsync("patient");
        await using var app = await StartAsync(o =>
        {
            o.Hold.Requests = 3;
            o.Hold.Timeout = TimeSpan.FromSeconds(1);
        });
        await app.SeesAsync(world.ControlPlane.Publish(route with { State = RouteState.Held }).Revision);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.GetAsync("patient.localhost")));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.ServiceUnavailable && a.Headers.RetryAfter != null);
    }

    [Fact]
    public async Task A_route_change_amid_requests_fails_none_of_them()
    {
        var old = await world.AddTenantAsync("amid", NotesDb.Schema);
        var target = await world.CreateAsync("amid", NotesDb.Schema, 10, []);
        await world.ExecuteAsync($"ALTER DATABASE {target.Database} SET controlplane.tenant_id = '{old.TenantId}'");
        await using var app = await StartAsync();
        await app.SeesAsync(old.Revision);
        using var enough = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 6).Select(_ => AskUntilAsync(enough.Token)).ToList();

        for (var turn = 0; turn < 10; turn++)
        {
            var next = turn % 2 == 0 ? target with { TenantId = old.TenantId } : old;
            await app.SeesAsync(world.ControlPlane.Publish(next with { State = RouteState.Held }).Revision);
            await app.SeesAsync(world.ControlPlane.Publish(next).Revision);
            (await app.GetStringAsync("amid.localhost")).ShouldBe(next.Database);
        }

        await enough.CancelAsync();
        var answers = (await Task.WhenAll(clients)).SelectMany(a => a).ToList();
        answers.ShouldAllBe(a => a == old.Database || a == target.Database);

        async Task<List<string>> AskUntilAsync(CancellationToken ct)
        {
            var seen = new List<string>();
            while (!ct.IsCancellationRequested)
            {
                seen.Add(await app.GetStringAsync("amid.localhost"));
            }

            return seen;
        }
    }

    private Task AcknowledgedAsync(long revision) => Eventually.Async(
        () => world.ControlPlane.Acknowledged.GetValueOrDefault(Instance) >= revision, TimeSpan.FromSeconds(10), $"revision {revision} is acknowledged");

    private Task<ServedApp> StartAsync(Action<TenantRuntimeOptions>? options = null) => ServedApp.StartAsync(
        world.ControlPlane.Address,
        app =>
        {
            app.MapGet("/", (ITenant tenant, CancellationToken ct) => AskAsync(tenant, "SELECT current_database()::text", ct));
            app.MapGet("/slow", (ITenant tenant, CancellationToken ct) => AskAsync(tenant, "SELECT 'slow' FROM pg_advisory_xact_lock(1)", ct));
        },
        o =>
        {
            o.Instance = Instance;
            options?.Invoke(o);
        });

    private static async Task<string> AskAsync(ITenant tenant, string sql, CancellationToken ct)
    {
        await using var connection = await tenant.OpenConnectionAsync(ct);
        await using var command = connection.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }
}
