using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ControlPlane.Telemetry;

/// <summary>Writes each dependency's state by its name. Anybody may read it, so causes stay in the log.</summary>
internal static class HealthAnswer
{
    public static Task WriteAsync(HttpContext http, HealthReport report)
    {
        var answer = new
        {
            Status = report.Status == HealthStatus.Healthy ? "ready" : "not_ready",
            Dependencies = report.Entries.ToDictionary(
                e => e.Key,
                e => new { Status = e.Value.Status == HealthStatus.Healthy ? "up" : "down", Detail = e.Value.Description, Milliseconds = Math.Round(e.Value.Duration.TotalMilliseconds, 1) },
                StringComparer.Ordinal),
        };
        return http.Response.WriteAsJsonAsync(answer, JsonSerializerOptions.Web, http.RequestAborted);
    }
}
