using ControlPlane.Access;
using ControlPlane.Api;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TenantRuntime.Telemetry;

namespace ControlPlane.Telemetry;

/// <summary>Registers and maps health, metrics and their export.</summary>
public static class TelemetrySetup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Other rooms add what they depend on with <c>services.AddHealthChecks().AddCheck&lt;T&gt;(name)</c>.</summary>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        // Made at once, not on first use, so that it hears everything from the start.
        builder.Services.AddSingleton(new Metrics());
        builder.Services.AddHealthChecks().AddCheck<CatalogHealth>("catalog", timeout: Patience);
        if (!string.IsNullOrEmpty(builder.Configuration[TelemetryExport.Endpoint]))
        {
            builder.Services.AddHostedService<TelemetryExport>();
        }

        return builder;
    }

    public static WebApplication MapTelemetry(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = HealthAnswer.WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new()
        {
            ResponseWriter = HealthAnswer.WriteAsync,
            ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status200OK, [HealthStatus.Unhealthy] = StatusCodes.Status503ServiceUnavailable },
        }).AllowAnonymous();
        app.MapGet("/metrics", (HttpContext http, Metrics metrics, Caller caller) =>
            Metrics.IsNear(http) || (caller.Role is { } role && Readers.Allows(role)) ? Results.Text(metrics.Write(), Metrics.ContentType)
            : throw HttpProblems.Of(caller.Role is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden))
            .AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static RequiresAttribute Readers { get; } = new(Role.Viewer);
}
