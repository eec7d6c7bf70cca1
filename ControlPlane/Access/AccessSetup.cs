using System.Net;
using ControlPlane.Access.Auditing;
using ControlPlane.Access.Keys;
using ControlPlane.Access.Pipeline;
using ControlPlane.Access.Secrets;
using ControlPlane.Start;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using IPNetwork = System.Net.IPNetwork;

namespace ControlPlane.Access;

/// <summary>Registers keys, roles, the audit trail, and the pipeline that every request goes through.</summary>
public static class AccessSetup
{
    /// <summary>Needs <c>CatalogDb</c> (scoped) and <c>NpgsqlDataSource</c> of the catalog (singleton).</summary>
    public static WebApplicationBuilder AddAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new AccessSettings(builder.Configuration));
        services.AddSingleton(OpenKeyRing);
        services.AddSingleton<SecretBox>();
        services.AddSingleton<SecretRotation>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<AuditVerification>();
        services.AddSingleton<KnownKeys>();
        services.AddSingleton<Floods>();
        services.AddSingleton<FirstStart>();
        services.AddScoped<Caller>();
        services.AddScoped<IdempotencyKey>();
        services.AddScoped<AfterCommit>();
        services.AddAuthentication(ApiKeyAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.Name, null);
        services.AddSingleton<IAuthorizationHandler, EndpointAuthorization>();
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().AddRequirements(new EndpointAuthorization.Requirement()).Build());
        AddPipeline(services);
        return builder;
    }

    /// <summary>Comes before all endpoints.</summary>
    public static WebApplication UseAccess(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<AccessSettings>();
        if (settings.Proxies.Count > 0)
        {
            app.UseForwardedHeaders(Trust(settings.Proxies));
        }

        var floods = app.Services.GetRequiredService<Floods>();
        app.Use((http, next) =>
        {
            floods.Admit(http);
            return next(http);
        });
        app.UseAuthentication();
        app.Use((http, next) =>
        {
            if (http.RequestServices.GetRequiredService<Caller>().KeyId is { } key)
            {
                floods.Admit(key);
            }

            return next(http);
        });
        app.UseAuthorization();
        return app;
    }

    private static void AddPipeline(IServiceCollection services)
    {
        services.AddScoped<IMediator>(s => new Mediator(s.GetRequiredService));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Authorize<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Validate<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Transact<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Idempotent<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Audited<,>));
        var handlers =
            from type in typeof(AccessSetup).Assembly.GetTypes()
            where type is { IsClass: true, IsAbstract: false, IsGenericType: false }
            from contract in type.GetInterfaces()
            where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)
            select (contract, type);
        foreach (var (contract, type) in handlers)
        {
            services.AddTransient(contract, type);
        }
    }

    private static KeyRing OpenKeyRing(IServiceProvider services)
    {
        var settings = services.GetRequiredService<AccessSettings>();
        var time = services.GetRequiredService<TimeProvider>();
        if (settings.OwnKeys && KeyRing.EnsureFirstKey(settings.KeyFolder, time))
        {
            services.GetRequiredService<ILoggerFactory>().CreateLogger<KeyRing>().LogWarning(
                "Made a key in {Folder}. It opens every secret in the catalog: keep a copy of the folder somewhere safe, and not beside the database's backups.",
                settings.KeyFolder);
        }

        return new KeyRing(settings.KeyFolder, time);
    }

    private static ForwardedHeadersOptions Trust(IReadOnlyList<string> proxies)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPNetwork.TryParse(proxy, out var network))
            {
                options.KnownIPNetworks.Add(network);
            }
            else if (IPAddress.TryParse(proxy, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                throw new SettingsException([$"ControlPlane__Proxies holds '{proxy}', which is no address. Name addresses or networks: 10.0.0.5,10.1.0.0/16"]);
            }
        }

        return options;
    }
}
