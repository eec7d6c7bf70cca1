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

        var found = host.EndsWith(suffix) ? table.FindSlug(host[..^suffix.Length]) : table.FindDomain(host);
        return found switch
        {
            { Tenant: null } => (table.IsLoaded ? Refusal.UnknownTenant : Refusal.Starting).AnswerAsync(context),
            { State: RouteState.Suspended } => Refusal.Suspended.AnswerAsync(context),
            { State: RouteState.Held } => ServeAfterHoldAsync(context, found.Tenant),
            _ => AdmitAsync(context, found),
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
        catch (TenantRestsException e)
        {
            await Refusal.Resting(e.BackAt, time.GetUtcNow()).AnswerAsync(context);
            return;
        }

        await (tenant.Found.State == RouteState.Suspended ? Refusal.Suspended.AnswerAsync(context) : AdmitAsync(context, tenant.Found));
    }

    private Task AdmitAsync(HttpContext context, FoundTenant found)
    {
        var tenant = found.Tenant!;
        var quota = found.Quota;
        var now = RequestClock.Now(time);
        var verdict = found.Take(quota, now);
        var isNear = verdict.Window == RequestWindow.Hour && quota.Hour.IsNearlyUsed(verdict.Rest);
        if (isNear && tenant.ShouldWarn(now, frequency))
        {
            log.LogWarning("{Tenant} has used more than 80 % of the {Limit} requests per hour of plan {Plan}.", tenant.Route.Slug, quota.PerHour, tenant.Route.Plan);
        }

        if (verdict.IsRefused)
        {
            Meters.Refused(tenant);
            return RefuseAsync(context, quota, verdict);
        }

        if (isNear)
        {
            LimitHeaders.Write(context.Response, quota, verdict, frequency);
        }

        found.Count();
        Meters.Served(tenant);

        // Not by Set<T>, which takes longer: a generic method of an interface is looked up at each call.
        context.Features[typeof(ServedTenant)] = tenant;
        Activity.Current?.SetTag("tenant", tenant.Route.Slug).SetTag("tenant_id", tenant.Id);
        return ServeAsync(context, tenant);
    }

    // Not a lambda where it is called: its closure would be allocated for every request.
    private Task RefuseAsync(HttpContext context, RequestQuota quota, RequestVerdict verdict) =>
        Refusal.TooManyRequests.AnswerAsync(context, response => LimitHeaders.Write(response, quota, verdict, frequency));

    private Task ServeAsync(HttpContext context, ServedTenant tenant)
    {
        var scope = log.IsEnabled(LogLevel.Critical) ? log.BeginScope(tenant.LogScope) : null;
        Task serving;
        try
        {
            serving = next(context);
        }
        catch (Exception e)
        {
            serving = Task.FromException(e);
        }

        if (!serving.IsCompletedSuccessfully)
        {
            return ServeToEndAsync(context, serving, scope);
        }

        scope?.Dispose();
        return serving;
    }

    private async Task ServeToEndAsync(HttpContext context, Task serving, IDisposable? scope)
    {
        using var ending = scope;
        try
        {
            await serving;
        }
        catch (ServerBusyException e) when (!context.Response.HasStarted)
        {
            log.LogWarning("{Reason}", e.Message);
            await Refusal.Busy.AnswerAsync(context);
        }
        catch (TenantRestsException e) when (!context.Response.HasStarted)
        {
            await Refusal.Resting(e.BackAt, time.GetUtcNow()).AnswerAsync(context);
        }
        catch (PlanLimitException e) when (!context.Response.HasStarted)
        {
            await Refusal.PlanLimit(e.Message).AnswerAsync(context);
        }
    }
}
