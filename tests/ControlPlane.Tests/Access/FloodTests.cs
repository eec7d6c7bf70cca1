using System.Globalization;
using ControlPlane.Access;
using ControlPlane.Tests.Api;

namespace ControlPlane.Tests.Access;

public sealed class FloodTests
{
    [Fact]
    public async Task One_keys_flood_is_refused_and_another_key_is_served()
    {
        await using var host = await ApiHost.StartAsync(("ControlPlane:Limits:PerKey", "5"));
        var key = await host.NewKeyAsync(Role.Viewer);
        var flood = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => host.GetAsync("/v1/plans", key)));
        var refused = flood.Where(a => a.Status == 429).ToList();
        refused.ShouldNotBeEmpty();
        flood.Count(a => a.Status == 200).ShouldBeGreaterThanOrEqualTo(20);
        refused[0].Code.ShouldBe("too_many_requests");
        int.Parse(refused[0].Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        (await host.GetAsync("/v1/plans")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task One_addresss_flood_is_refused_before_anything_is_looked_at()
    {
        await using var host = await ApiHost.StartAsync(("ControlPlane:Limits:PerAddress", "5"));
        var flood = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => host.SendAsync(HttpMethod.Get, "/health/live", key: null)));
        flood.ShouldContain(a => a.Status == 429 && a.Headers.Contains("Retry-After"));
        flood.Count(a => a.Status == 200).ShouldBeGreaterThanOrEqualTo(20);
    }

    [Fact]
    public async Task An_address_that_guesses_keys_is_soon_not_listened_to()
    {
        await using var host = await ApiHost.StartAsync(("ControlPlane:Limits:FailedPerAddress", "3"));
        var guesses = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            guesses.Add((await host.GetAsync("/v1/plans", $"guess-{i}")).Status);
        }

        guesses.ShouldBe([401, 401, 401, 429, 429, 429]);
        (await host.GetAsync("/v1/plans")).Status.ShouldBe(429);
        (await host.SendAsync(HttpMethod.Get, "/health/live", key: null)).Status.ShouldBe(200);
    }
}
