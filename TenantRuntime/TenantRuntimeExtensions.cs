using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantRuntime.Connections;
using TenantRuntime.Following;
using TenantRuntime.Health;
using TenantRuntime.Requests;
using TenantRuntime.Sessions;
using TenantRuntime.Telemetry;
using TenantRuntime.Tenancy;
using TenantRuntime.Usage;

namespace TenantRuntime;

/// <summary>Puts the tenant runtime into an ASP.NET Core application.</summary>
public static class TenantRuntimeExtensions
{
    /// <summary>
    /// Adds everything that <see cref="UseTenants"/> needs, with settings from the section <c>TenantRuntime</c>.
    /// </summary>
    public static IHostApplicationBuilder AddTenantRuntime(this IHostApplicationBuilder builder, Action<TenantRuntimeOptions>? configure = null)
    {
        var services = builder.Services;
        var options = services.AddOptions<TenantRuntimeOptions>().BindConfiguration(TenantRuntimeOptions.Section).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddSingleton<IValidateOptions<TenantRuntimeOptions>, TenantRuntimeValidation>();
        services.AddHttpContextAccessor();
        services.TryAddSingleton(TimeProvider.System);
        services.AddFollowing();
        services.AddConnections();
        services.AddScoped<TenantScope>();
        services.AddScoped<ITenant>(provider => provider.GetRequiredService<TenantScope>());
        services.AddScoped<TenantFiles>();
        services.AddScoped<TenantCache>();
        services.AddDistributedMemoryCache();
        services.AddSingleton(provider => new TenantJobs(
            provider.GetRequiredService<RouteTable>(), provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<ILogger<TenantJobs>>()));
        services.AddSingleton<HealthAnswers>();
        services.AddSingleton<ForeignSessions>();

        // In place of the framework's own, which adds nothing.
        services.Replace(ServiceDescriptor.Singleton<IAntiforgeryAdditionalDataProvider, TenantAntiforgeryData>());
        return builder;
    }

    /// <summary>
    /// Answers <c>/metrics</c> as Prometheus reads it, to this machine alone: requests by status, connections, limits. Put it first.
    /// </summary>
    public static IApplicationBuilder UseTenantMetrics(this IApplicationBuilder app)
    {
        var metrics = new Metrics();
        app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(metrics.Dispose);
        return app.Use((http, next) =>
        {
            if (http.Request.Path != "/metrics" || !Metrics.IsNear(http))
            {
                return next(http);
            }

            http.Response.ContentType = Metrics.ContentType;
            return http.Response.WriteAsync(metrics.Write(), http.RequestAborted);
        });
    }

    /// <summary>
    /// From here on every request has a tenant, found by its host; what belongs to none is refused. Put it before
    /// everything that touches tenant data, and after static files.
    /// </summary>
    public static IApplicationBuilder UseTenants(this IApplicationBuilder app) => app.UseMiddleware<TenantMiddleware>();

    /// <summary>
    /// Refuses a signed-in person whose <see cref="TenantClaim"/> is not this tenant's. Put it after authentication.
    /// </summary>
    public static IApplicationBuilder UseTenantSessions(this IApplicationBuilder app) => app.UseMiddleware<TenantSessionMiddleware>();

    private static void AddConnections(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseOpener>();
        services.AddSingleton<ServerPools>();
        services.AddSingleton<PoolKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<PoolKeeper>());
        services.AddHostedService<BudgetFollower>();
        services.AddHostedService<UsageReporter>();
    }

    private static void AddFollowing(this IServiceCollection services)
    {
        services.AddSingleton<ControlPlaneClient>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<RouteFile>();
        services.AddSingleton<RouteWriter>();
        services.AddSingleton<Acknowledger>();
        services.AddSingleton<RouteFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<RouteWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<Acknowledger>());
        services.AddHostedService(provider => provider.GetRequiredService<RouteFollower>());
    }
}
