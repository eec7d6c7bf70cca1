using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Testing;

/// <summary>Replaces the control plane by tenants that a test adds.</summary>
public static class TestTenantsExtensions
{
    /// <summary>Takes out everything that talks to the control plane, and makes <see cref="TestTenants"/> available.</summary>
    public static IServiceCollection UseTestTenants(this IServiceCollection services)
    {
        var ours = typeof(TestTenants).Assembly;
        foreach (var service in services.Where(s => s.ServiceType == typeof(IHostedService) && (s.ImplementationType?.Assembly ?? s.ImplementationFactory?.Method.Module.Assembly) == ours).ToList())
        {
            services.Remove(service);
        }

        services.AddSingleton(provider => new TestTenants(provider.GetRequiredService<RouteTable>()));
        services.PostConfigure<TenantRuntimeOptions>(options =>
        {
            options.ControlPlane ??= "http://test.invalid";
            options.BaseDomain ??= "localhost";
            options.Key = options is { Key: null, KeyFile: null } ? "test" : options.Key;
        });
        return services;
    }
}
