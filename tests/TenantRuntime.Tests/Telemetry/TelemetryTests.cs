using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Telemetry;

public sealed partial class TelemetryTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task Logs_traces_and_metrics_of_a_request_name_its_tenant()
    {
        var route = await world.AddTenantAsync("named");
        using var telemetry = new CapturedTelemetry();
        await using var app = await StartAsync(telemetry);
        await app.SeesAsync(route.Revision);

        await app.GetStringAsync("named.localhost", "/note");
        telemetry.Measure();

        telemetry.Logs.ShouldContain(entry => entry.Contains("a line of the application", StringComparison.Ordinal) && entry.Contains($"tenant=named tenant_id={route.TenantId}", StringComparison.Ordinal));
        await Eventually.Async(
            () => telemetry.Traces.Any(t => t.Contains($"tenant=named tenant_id={route.TenantId}", StringComparison.Ordinal)), TimeSpan.FromSeconds(10), "the request's trace is complete");
        telemetry.Measurements.ShouldContain(m => m.StartsWith("tenant_runtime.requests=1", StringComparison.Ordinal) && m.Contains("tenant=named", StringComparison.Ordinal));
        telemetry.Measurements.ShouldContain(m => m.StartsWith("tenant_runtime.connections=", StringComparison.Ordinal) && m.Contains($"server={route.ServerId}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_is_in_a_log_a_trace_a_measurement_or_an_answer_whatever_goes_wrong()
    {
        var password = $"canary{Guid.CreateVersion7():N}";
        var route = await world.CreateAsync("canary", "", connections: 3, []);
        await world.ExecuteAsync($"ALTER ROLE {route.Database} PASSWORD '{password}'");
        route = world.ControlPlane.Publish(route with { Password = password });
        var answers = new List<string>();
        using var telemetry = new CapturedTelemetry();
        await using (var app = await StartAsync(telemetry))
        {
            await app.SeesAsync(route.Revision);
            answers.Add(await app.GetStringAsync("canary.localhost", "/note"));
            answers.Add(await app.GetStringAsync("canary.localhost", "/fail"));

            // The password that the runtime knows is no longer right, then the database is gone, then the address is wrong.
            await world.ExecuteAsync($"ALTER ROLE {route.Database} PASSWORD 'another'; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{route.Database}'");
            await Eventually.Async(
                async () =>
                {
                    answers.Add(await app.GetStringAsync("canary.localhost", "/note"));
                    return answers[^1].Contains("28P01", StringComparison.Ordinal);
                },
                TimeSpan.FromSeconds(10),
                "the wrong password is refused");
            var gone = world.ControlPlane.Publish(route with { Database = "t_gone" });
            await app.SeesAsync(gone.Revision);
            answers.Add(await app.GetStringAsync("canary.localhost", "/note"));
            telemetry.Measure();
        }

        answers[0].ShouldContain("1");
        telemetry.Logs.ShouldNotBeEmpty();
        telemetry.Traces.ShouldNotBeEmpty();
        foreach (var secret in new[] { password, FakeControlPlane.Key })
        {
            answers.Concat(telemetry.Logs).Concat(telemetry.Traces).Concat(telemetry.Measurements).ShouldAllBe(text => !text.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Requests_that_fail_are_counted_for_whoever_watches_on_the_same_machine_and_for_nobody_else()
    {
        var route = await world.AddTenantAsync("watched");
        using var telemetry = new CapturedTelemetry();
        await using var app = await StartAsync(telemetry);
        await app.SeesAsync(route.Revision);
        await app.GetStringAsync("watched.localhost", "/note");
        await app.GetStringAsync("watched.localhost", "/fail");

        await Eventually.Async(
            async () => FailedRequests().IsMatch(await app.GetStringAsync("127.0.0.1", "/metrics")), TimeSpan.FromSeconds(10), "the failed request is counted");
        (await app.GetStringAsync("127.0.0.1", "/metrics")).ShouldContain("tenant_runtime_requests_total{");

        using var http = new HttpClient { BaseAddress = app.Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        using var outside = await http.GetAsync("/metrics");
        (await outside.Content.ReadAsStringAsync()).ShouldNotContain("tenant_runtime");
    }

    /// <summary>What the alert ApplicationErrors looks at.</summary>
    [GeneratedRegex("^http_server_request_duration_seconds_count\\{[^}]*http_response_status_code=\"500\"", RegexOptions.Multiline, 1000)]
    private static partial Regex FailedRequests();

    [Fact]
    public void A_printed_route_shows_no_password()
    {
        var route = new Route(
            Guid.CreateVersion7(), "acme", [], RouteState.Active, "Starter", new TenantLimits(null, null, null, 1), Guid.CreateVersion7(), "host", 5432, "t_acme", "canary", 1);

        $"{route}".ShouldNotContain("canary");
    }

    private Task<ServedApp> StartAsync(CapturedTelemetry telemetry) => ServedApp.StartAsync(
        world.ControlPlane.Address,
        app =>
        {
            app.MapGet("/note", async (ITenant tenant, ILogger<TelemetryTests> log, CancellationToken ct) =>
            {
                await using var connection = await tenant.OpenConnectionAsync(ct);
                await using var command = connection.CreateCommand("SELECT 1");
                log.LogInformation("a line of the application");
                return $"{await command.ExecuteScalarAsync(ct)}";
            });
            app.MapGet("/fail", (HttpContext _) => throw new InvalidOperationException("the application failed"));
        },
        services: services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace)),
        logs: telemetry);
}
