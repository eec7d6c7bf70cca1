using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TenantRuntime.Requests;
using TenantRuntime.Telemetry;
using TenantRuntime.Tenancy;
using TenantRuntime.Usage;

namespace TenantRuntime.Sessions;

/// <summary>Refuses a session or token that was issued for another tenant, or for none, and has that written into the audit trail.</summary>
internal sealed class TenantSessionMiddleware(RequestDelegate next, ForeignSessions foreign, TimeProvider time, ILogger<TenantSessionMiddleware> log)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ServedTenant>() is not { } tenant || context.User.Identity is not { IsAuthenticated: true })
        {
            return next(context);
        }

        var claims = context.User.FindAll(TenantClaim.Type).Select(c => c.Value).ToList();
        if (claims is [var only] && Guid.TryParse(only, out var id) && id == tenant.Id)
        {
            return next(context);
        }

        log.LogWarning(
            AuditEvents.ForeignSession,
            "A session of tenant {Claimed} was used on the host of tenant {Tenant} by {User} from {Address}; refused.",
            string.Join(", ", claims), tenant.Route.Slug, context.User.Identity.Name, context.Connection.RemoteIpAddress);
        Meters.ForeignSession(tenant);
        foreign.Note(new(
            tenant.Id,
            claims is [var other] && Guid.TryParse(other, out var claimed) ? claimed : null,
            UsageReporter.HourOf(time.GetUtcNow()),
            Requests: 1,
            context.Request.Host.Host,
            context.User.Identity.Name,
            context.Connection.RemoteIpAddress?.ToString()));
        return Refusal.ForeignSession.AnswerAsync(context);
    }
}
