using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Catalog;

public static class CatalogSetup
{
    /// <summary>Registers the catalog's connections, its EF Core context (scoped, and by factory) and its signals.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, string catalog)
    {
        services.AddSingleton(_ => NpgsqlDataSource.Create(Pooled(catalog)));
        services.AddPooledDbContextFactory<CatalogDb>((provider, o) => o.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContext());
        services.AddSingleton<Findings>();
        services.AddSingleton<CatalogEvents>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogEvents>());
        return services;
    }

    /// <summary>Half a lease: no lock of a dead worker outlives its claim.</summary>
    internal static readonly TimeSpan Silence = OperationStore.Lease / 2;

    /// <summary>For the job engine, whose transactions are short: several control planes must find room on one catalog.</summary>
    public static string ForJobs(string catalog) =>
        new NpgsqlConnectionStringBuilder(WithoutIdleLocks(catalog)) { Pooling = true, MaxPoolSize = 15 }.ConnectionString;

    /// <summary>Sessions keep nothing but statements they have prepared, so there is nothing to reset between two uses.</summary>
    private static string Pooled(string catalog) =>
        new NpgsqlConnectionStringBuilder(WithoutIdleLocks(catalog)) { Pooling = true, MaxPoolSize = 45, MaxAutoPrepare = 100, NoResetOnClose = true }.ConnectionString;

    /// <summary>
    /// A process that is frozen inside transactions would keep its row locks, and those that its other sessions wait for, one after
    /// the other. PostgreSQL ends sessions that do nothing inside a transaction, and waits for a lock; so after two silences none of
    /// a frozen process's locks is left.
    /// </summary>
    private static string WithoutIdleLocks(string catalog)
    {
        var connection = new NpgsqlConnectionStringBuilder(catalog);
        var limit = (int)Silence.TotalMilliseconds;
        connection.Options = $"{connection.Options} -c idle_in_transaction_session_timeout={limit} -c lock_timeout={limit}".TrimStart();
        return connection.ConnectionString;
    }
}
