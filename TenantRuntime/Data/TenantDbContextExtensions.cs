using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using TenantRuntime.Data;
using TenantRuntime.Health;

namespace TenantRuntime;

/// <summary>Ties EF Core contexts to the tenant of the request.</summary>
public static class TenantDbContextExtensions
{
    /// <summary>
    /// Makes <typeparamref name="T"/> injectable; it always works on the database of the current tenant and throws
    /// <see cref="NoTenantException"/> elsewhere. <typeparamref name="T"/> needs a constructor that takes its options.
    /// </summary>
    /// <param name="postgres">Settings of the provider, such as where migrations live.</param>
    /// <param name="configure">Other settings, such as interceptors.</param>
    public static IServiceCollection AddTenantDbContext<T>(
        this IServiceCollection services,
        Action<NpgsqlDbContextOptionsBuilder>? postgres = null,
        Action<DbContextOptionsBuilder>? configure = null)
        where T : DbContext
    {
        services.TryAddSingleton<ContextBindings>();
        services.TryAddSingleton<TenantConnectionInterceptor>();
        services.TryAddSingleton<TenantCommandInterceptor>();
        services.AddPooledDbContextFactory<T>((provider, options) =>
        {
            var bindings = provider.GetRequiredService<ContextBindings>();
            options.UseNpgsql(npgsql =>
            {
                npgsql.ExecutionStrategy(dependencies => new HealingStrategy(dependencies, bindings));
                postgres?.Invoke(npgsql);
            });
            options.AddInterceptors(provider.GetRequiredService<TenantConnectionInterceptor>(), provider.GetRequiredService<TenantCommandInterceptor>());
            configure?.Invoke(options);
        });
        services.AddScoped<ContextLoan<T>>();
        services.AddScoped(provider => provider.GetRequiredService<ContextLoan<T>>().Context);
        services.AddSingleton<ISchemaVersion, SchemaVersion<T>>();
        return services;
    }
}
