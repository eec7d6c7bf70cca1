using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantRuntime.Health;
using TenantRuntime.Hosts;
using TenantRuntime.Limits;
using TenantRuntime.Routes;
using TenantRuntime.Telemetry;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Requests;

/// <summary>Finds the tenant of each request by its host, holds it to its plan, and refuses what belongs to nobody.</summary>
internal sealed class TenantMiddleware(
    RequestDelegate next, RouteTable table, HealthAnswers health, IOptions<TenantRuntimeOptions> options, TimeProvider time, ILogger<TenantMiddleware> log)
{
    private readonly string suffix = "." + options.Value.BaseDomain;
    private readonly RequestHost requestHost = new(options.Value);
    private readonly HashSet<string> adminHosts = new(options.Value.AdminHosts, StringComparer.Ordinal);
    private readonly long frequency = time.TimestampFrequency;

    public Task InvokeAsync(HttpContext context)
    {
        if (health.Handles(context.Request.Path))
        {
            return health.AnswerAsync(context);
        }

        var host = requestHost.Read(context);
        if (host.IsEmpty)
        {
            return Refusal.MalformedHost.AnswerAsync(context);
        }

        if (adminHosts.Count > 0 && adminHosts.GetAlternateLookup<ReadOnlySpan<char>>().Contains(host))
        {
            return next(context);
        }

        var tenant = host.EndsWith(suffix) ? table.FindSlug(host[..^suffix.Length]) : table.FindDomain(host);
        return tenant switch
        {
            null => (table.IsLoaded ? Refusal.UnknownTenant : Refusal.Starting).AnswerAsync(context),
            { State: RouteState.Suspended } => Refusal.Suspended.AnswerAsync(context),
            { State: RouteState.Held } => ServeAfterHoldAsync(context, tenant),
            _ => AdmitAsync(context, tenant),
        };
    }

    private async Task ServeAfterHoldAsync(HttpContext context, ServedTenant tenant)
    {
        try
        {
            while (tenant.Hold is { } hold)
            {
                await hold.WaitAsync(options.Value.Hold, time, context.RequestAborted);
            }
        }
        catch (ServerBusyException e)
        {
            log.LogWarning("{Reason}", e.Message);
            await Refusal.Busy.AnswerAsync(context);
            return;
        }

        await (tenant.State == RouteState.Suspended ? Refusal.Suspended.AnswerAsync(context) : AdmitAsync(context, tenant));
    }

    private Task AdmitAsync(HttpContext context, ServedTenant tenant)
    {
        var meter = tenant.Meter;
        var now = time.GetTimestamp();
        var verdict = meter.Take(now);
        var isNear = meter.IsNearLimit(verdict);
        if (isNear && meter.ShouldWarn(now, frequency))
        {
            log.LogWarning("{Tenant} has used more than 80 % of the {Limit} requests per hour of plan {Plan}.", tenant.Route.Slug, meter.PerHour, tenant.Route.Plan);
        }

        if (verdict.IsRefused)
        {
            Meters.Refused(tenant);
            return RefuseAsync(context, meter, verdict);
        }

        if (isNear)
        {
            LimitHeaders.Write(context.Response, meter, verdict, frequency);
        }

        tenant.Count();
        Meters.Served(tenant);
        return ServeAsync(context, tenant);
    }

    // Not a lambda where it is called: its closure would be allocated for every request.
    private Task RefuseAsync(HttpContext context, RequestMeter meter, RequestVerdict verdict) =>
        Refusal.TooManyRequests.AnswerAsync(context, response => LimitHeaders.Write(response, meter, verdict, frequency));

    private async Task ServeAsync(HttpContext context, ServedTenant tenant)
    {
        context.Features.Set(tenant);
        Activity.Current?.SetTag("tenant", tenant.Route.Slug).SetTag("tenant_id", tenant.Id);
        using var scope = log.IsEnabled(LogLevel.Critical) ? log.BeginScope(tenant.LogScope) : null;
        try
        {
            await next(context);
        }
        catch (ServerBusyException e) when (!context.Response.HasStarted)
        {
            log.LogWarning("{Reason}", e.Message);
            await Refusal.Busy.AnswerAsync(context);
        }
        catch (PlanLimitException e) when (!context.Response.HasStarted)
        {
            await Refusal.PlanLimit(e.Message).AnswerAsync(context);
        }
    }
}
