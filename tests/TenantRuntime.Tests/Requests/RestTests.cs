using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Requests;

/// <summary>A tenant whose database goes to another server by a dump, for longer than a request can wait.</summary>
public sealed class RestTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task People_see_a_page_and_programs_a_problem_that_say_when_it_is_back()
    {
        var route = await world.AddTenantAsync("resting");
        await using var app = await StartAsync();
        var back = TimeProvider.System.GetUtcNow().AddSeconds(90);
        await app.SeesAsync(world.ControlPlane.Publish(route with { State = RouteState.Held, BackAt = back }).Revision);

        using var page = await app.GetAsync("resting.localhost", accept: "text/html,application/xhtml+xml");
        using var problem = await app.GetAsync("resting.localhost", accept: "application/json");

        foreach (var answer in new[] { page, problem })
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90));
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }

        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await page.Content.ReadAsStringAsync()).ShouldContain($"at about {back.UtcDateTime:HH:mm} UTC");
        problem.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonNode.Parse(await problem.Content.ReadAsStringAsync())!["code"]!.GetValue<string>().ShouldBe("tenant_rests");
    }

    [Fact]
    public async Task It_is_served_again_as_soon_as_it_is_back()
    {
        var route = await world.AddTenantAsync("briefly");
        await using var app = await StartAsync();
        await app.SeesAsync(world.ControlPlane.Publish(Resting(route)).Revision);
        (await app.GetAsync("briefly.localhost")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await app.SeesAsync(world.ControlPlane.Publish(route).Revision);

        (await app.GetStringAsync("briefly.localhost")).ShouldBe(route.Database);
    }

    [Fact]
    public async Task Late_it_asks_for_patience()
    {
        var route = await world.AddTenantAsync("late");
        await using var app = await StartAsync();
        await app.SeesAsync(world.ControlPlane.Publish(Resting(route, minutes: -1)).Revision);

        using var answer = await app.GetAsync("late.localhost", accept: "text/html");

        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        (await answer.Content.ReadAsStringAsync()).ShouldContain("a little longer than planned");
    }

    [Fact]
    public async Task Who_waited_for_the_end_of_a_hold_is_turned_away_when_it_becomes_a_rest()
    {
        var route = await world.AddTenantAsync("parked");
        await using var app = await StartAsync();
        await app.SeesAsync(world.ControlPlane.Publish(route with { State = RouteState.Held }).Revision);
        var waiting = app.GetAsync("parked.localhost");

        await app.SeesAsync(world.ControlPlane.Publish(Resting(route)).Revision);

        (await waiting).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await (await waiting).Content.ReadAsStringAsync()).ShouldContain("tenant_rests");
    }

    [Fact]
    public async Task A_request_that_has_begun_gets_no_further_connection()
    {
        var route = await world.AddTenantAsync("begun");
        var (begun, rests) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await StartAsync(async () =>
        {
            begun.SetResult();
            await rests.Task;
        });
        await app.SeesAsync(route.Revision);
        var request = app.GetAsync("begun.localhost", "/later");
        await begun.Task;

        await app.SeesAsync(world.ControlPlane.Publish(Resting(route)).Revision);
        rests.SetResult();

        (await (await request).Content.ReadAsStringAsync()).ShouldContain("tenant_rests");
    }

    [Fact]
    public void An_older_runtime_takes_it_for_a_hold()
    {
        var route = new Route(
            Guid.CreateVersion7(), "acme", [], RouteState.Held, "Free", new TenantLimits(null, null, null, 1), Guid.Empty, "localhost", 5432, "t", "p", 1, BackAt: DateTimeOffset.UnixEpoch);
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

        JsonSerializer.Deserialize<RouteBefore>(JsonSerializer.Serialize(route, RouteJson.Options), options)!.State.ShouldBe(StateBefore.Held);
        JsonSerializer.Deserialize<Route>(JsonSerializer.Serialize(route with { BackAt = null }, RouteJson.Options).Replace(",\"backAt\":null", "", StringComparison.Ordinal), RouteJson.Options)!
            .BackAt.ShouldBeNull("a snapshot of before says nothing about it");
    }

    private static Route Resting(Route route, int minutes = 1) => route with { State = RouteState.Held, BackAt = TimeProvider.System.GetUtcNow().AddMinutes(minutes) };

    private Task<ServedApp> StartAsync(Func<Task>? before = null) => ServedApp.StartAsync(
        world.ControlPlane.Address,
        app =>
        {
            app.MapGet("/", AskAsync);
            app.MapGet("/later", async (ITenant tenant, CancellationToken ct) =>
            {
                await before!();
                return await AskAsync(tenant, ct);
            });
        });

    private static async Task<string> AskAsync(ITenant tenant, CancellationToken ct)
    {
        await using var connection = await tenant.OpenConnectionAsync(ct);
        await using var command = connection.CreateCommand("SELECT current_database()::text");
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>A route as runtimes knew it before tenants could rest.</summary>
    private sealed record RouteBefore(Guid TenantId, string Slug, StateBefore State);

    private enum StateBefore
    {
        Active,
        Suspended,
        Held,
    }
}
