using Npgsql;
using Provisioner.Local;

namespace ControlPlane.Start;

/// <summary>
/// The PostgreSQL of the embedded default: one cluster for the catalog and one for tenants. They go on running when this
/// process ends, so that tenants are served meanwhile; the next start adopts them.
/// </summary>
/// <param name="Catalog">Connection string of the catalog.</param>
/// <param name="Shared">The tenants' cluster.</param>
/// <param name="CatalogCluster">Where the catalog is.</param>
public sealed record EmbeddedClusters(string Catalog, EmbeddedCluster Shared, EmbeddedCluster CatalogCluster)
{
    private const string Database = "catalog";

    public static async Task<EmbeddedClusters> StartAsync(ControlPlaneSettings settings, ILoggerFactory logs, CancellationToken ct)
    {
        var postgres = new EmbeddedPostgres(
            new EmbeddedPostgresOptions { DataFolder = settings.PostgresFolder }, logs.CreateLogger<EmbeddedPostgres>());
        var catalog = await postgres.StartAsync("catalog", ClusterProfile.Catalog, ct);
        var shared = await postgres.StartAsync("shared-1", ClusterProfile.Tenants(settings.EmbeddedCapacity), ct);
        return new EmbeddedClusters(await CreateDatabaseAsync(catalog, ct), shared, catalog);
    }

    /// <summary>Ends PostgreSQL; the data stays.</summary>
    public Task StopAsync(CancellationToken ct) => Task.WhenAll(Shared.StopAsync(ct), CatalogCluster.StopAsync(ct));

    private static async Task<string> CreateDatabaseAsync(EmbeddedCluster cluster, CancellationToken ct)
    {
        await using (var admin = NpgsqlDataSource.Create(cluster.ConnectionString))
        await using (var create = admin.CreateCommand($"create database {Database}"))
        {
            try
            {
                await create.ExecuteNonQueryAsync(ct);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // An earlier start made it, or one that runs at this moment.
            }
        }

        return new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = Database }.ConnectionString;
    }
}
