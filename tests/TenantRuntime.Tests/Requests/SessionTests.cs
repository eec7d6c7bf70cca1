using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Support;
using TenantRuntime.Tests.World;
using TenantRuntime.Usage;

namespace TenantRuntime.Tests.Requests;

public sealed class SessionTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task A_session_of_one_tenant_is_refused_on_anothers_host_and_that_is_told_twice_at_most()
    {
        var home = await world.AddTenantAsync("home");
        var away = await world.AddTenantAsync("away");
        await using var app = await ServedApp.StartAsync(world.ControlPlane.Address, app =>
        {
            // Stands for a cookie or token that the application accepted.
            app.Use((context, next) =>
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(TenantClaim.Type, home.TenantId.ToString())], "test"));
                return next(context);
            });
            app.UseTenantSessions();
            app.MapGet("/", () => "signed in");
        }, o => o.UsageInterval = TimeSpan.FromMilliseconds(50));
        await app.SeesAsync(world.ControlPlane.Revision);

        (await app.GetStringAsync("home.localhost")).ShouldBe("signed in");
        (await app.GetAsync("away.localhost")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Eventually.Async(() => Task.FromResult(Told().Count == 1), TimeSpan.FromSeconds(20), "the control plane is told");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.GetAsync("away.localhost")));
        await app.StopAsync();

        // Unless an hour ended in between, in which case it is told anew.
        Told().Count.ShouldBeInRange(2, 4);
        Told().Sum(s => s.Requests).ShouldBe(51);
        Told().ShouldAllBe(s => s.TenantId == away.TenantId && s.Claimed == home.TenantId && s.Host == "away.localhost" && s.Address != null);

        List<ForeignSession> Told() => [.. world.ControlPlane.Usage.Values.SelectMany(b => b.ForeignSessions ?? [])];
    }
}
