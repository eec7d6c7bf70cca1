using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using TenantRuntime.Following;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Health;

/// <summary>Answers <c>/health/live</c> and <c>/health/ready</c> on any host.</summary>
internal sealed class HealthAnswers(RouteTable table, RouteFollower follower, IEnumerable<ISchemaVersion> schemas, IHostEnvironment environment)
{
    private readonly string version =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public bool Handles(PathString path) => path.Value is ['/', 'h' or 'H', ..] && (path == "/health/live" || path == "/health/ready");

    public Task AnswerAsync(HttpContext context) =>
        context.Request.Path == "/health/live" ? context.Response.WriteAsJsonAsync(new { status = "live" }, context.RequestAborted) : AnswerReadyAsync(context);

    /// <summary>Ready means: routes are known. The control plane may be away; tenants are served all the same.</summary>
    private Task AnswerReadyAsync(HttpContext context)
    {
        var ready = table.IsLoaded;
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsJsonAsync(new
        {
            status = ready ? "ready" : "waiting for routes",
            application = environment.ApplicationName,
            version,
            schema = string.Join(", ", schemas.Select(s => s.Head)),
            routes = new { revision = table.Revision, tenants = table.Count },
            controlPlane = follower.IsConnected ? "connected" : "away",
        }, context.RequestAborted);
    }
}
