using ControlPlane.Tests.Api;

namespace ControlPlane.Tests.Telemetry;

public sealed class HealthTests
{
    [Fact]
    public async Task Readiness_names_each_dependency_and_fails_when_one_is_down()
    {
        await using var host = await ApiHost.StartAsync();
        var ready = await host.SendAsync(HttpMethod.Get, "/health/ready", key: null);
        ready.Status.ShouldBe(200);
        ((string)ready.Body["dependencies"]!["catalog"]!["status"]!).ShouldBe("up");
        await host.Database.DisposeAsync();
        var down = await host.SendAsync(HttpMethod.Get, "/health/ready", key: null);
        down.Status.ShouldBe(503);
        ((string)down.Body["status"]!).ShouldBe("not_ready");
        ((string)down.Body["dependencies"]!["catalog"]!["status"]!).ShouldBe("down");
        (await host.SendAsync(HttpMethod.Get, "/health/live", key: null)).Status.ShouldBe(200);
    }
}
