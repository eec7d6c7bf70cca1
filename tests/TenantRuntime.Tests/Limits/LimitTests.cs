using System.Net;
using Microsoft.AspNetCore.Builder;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Limits;

public sealed class LimitTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task Above_the_limit_of_its_plan_a_tenant_gets_429_and_its_neighbour_does_not()
    {
        await using var app = await StartAsync();
        var limited = await LimitedAsync("limited", perHour: 20);
        await app.SeesAsync((await world.AddTenantAsync("neighbour")).Revision);

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 21; i++)
        {
            answers.Add(await app.GetAsync("limited.localhost"));
        }

        answers[..20].ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        answers[..15].ShouldAllBe(a => !a.Headers.Contains("RateLimit"));
        answers[16].Headers.GetValues("RateLimit").Single().ShouldStartWith("\"hour\";r=3;");
        answers[20].StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answers[20].Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 180);
        answers[20].Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"hour\";q=20;w=3600");
        (await app.GetAsync("neighbour.localhost")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await app.SeesAsync(world.ControlPlane.Publish(limited with { Limits = limited.Limits with { RequestsPerHour = 40 } }).Revision);
        (await app.GetAsync("limited.localhost")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task At_four_fifths_of_its_plan_somebody_is_told_once()
    {
        using var telemetry = new CapturedTelemetry();
        await using var app = await StartAsync(telemetry);
        await app.SeesAsync((await LimitedAsync("growing", perHour: 20)).Revision);
        for (var i = 0; i < 15; i++)
        {
            await app.GetStringAsync("growing.localhost");
        }

        Warnings().ShouldBeEmpty();
        for (var i = 0; i < 4; i++)
        {
            await app.GetStringAsync("growing.localhost");
        }

        Warnings().ShouldHaveSingleItem().ShouldContain("growing has used more than 80 % of the 20 requests per hour");

        List<string> Warnings() => [.. telemetry.Logs.Where(l => l.Contains("80 %", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task A_limit_per_second_is_over_within_a_second()
    {
        await using var app = await StartAsync();
        var route = await world.AddTenantAsync("hasty");
        await app.SeesAsync(world.ControlPlane.Publish(route with { Limits = route.Limits with { RequestsPerSecond = 3 } }).Revision);

        var burst = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.GetAsync("hasty.localhost")));

        burst.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBeInRange(3, 6);
        burst.Where(a => a.StatusCode != HttpStatusCode.OK).ShouldAllBe(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        await Eventually.Async(async () => (await app.GetAsync("hasty.localhost")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(3), "there is room again");
    }

    [Fact]
    public async Task What_the_plan_has_no_room_for_is_answered_with_403_and_says_why()
    {
        await using var app = await StartAsync();
        await app.SeesAsync((await world.AddTenantAsync("crowded")).Revision);

        using var answer = await app.GetAsync("crowded.localhost", "/invite");

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("allows 20 users");
    }

    [Fact]
    public async Task A_full_database_takes_no_more_data()
    {
        await using var app = await StartAsync();
        var route = await world.AddTenantAsync("hoarder");
        await app.SeesAsync(route.Revision);
        (await app.GetAsync("hoarder.localhost", "/upload")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await app.SeesAsync(world.ControlPlane.Publish(route with { Limits = route.Limits with { StorageMegabytes = 1 } }).Revision);

        (await app.GetAsync("hoarder.localhost", "/upload")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<Route> LimitedAsync(string slug, int perHour)
    {
        var route = await world.AddTenantAsync(slug);
        return world.ControlPlane.Publish(route with { Limits = route.Limits with { RequestsPerHour = perHour } });
    }

    private Task<ServedApp> StartAsync(CapturedTelemetry? telemetry = null) => ServedApp.StartAsync(world.ControlPlane.Address, app =>
    {
        app.MapGet("/", () => "served");
        app.MapGet("/invite", (ITenant tenant) => PlanLimitException.ThrowIfNoRoomForUser(tenant, users: 20));
        app.MapGet("/upload", (ITenant tenant, CancellationToken ct) => PlanLimitException.ThrowIfStorageIsFullAsync(tenant, ct));
    }, logs: telemetry);
}
