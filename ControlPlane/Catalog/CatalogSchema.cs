using Migrator;
using Migrator.Databases;
using Migrator.Sources;
using Npgsql;

namespace ControlPlane.Catalog;

/// <summary>The catalog's own schema: SQL files in this assembly, applied by our Migrator.</summary>
public static class CatalogSchema
{
    /// <summary>Brings the catalog to this version, and makes its database where there is none. Several control planes may do it at once.</summary>
    public static async Task ApplyAsync(string catalog, CancellationToken ct)
    {
        var migrations = new EmbeddedSql(typeof(CatalogSchema).Assembly, "ControlPlane.Catalog.Migrations").Read();
        var migrator = new DatabaseMigrator(migrations, new MigratorOptions { Run = "control plane" });
        try
        {
            await migrator.ApplyAsync(new DatabaseTarget(catalog), ct);
        }
        catch (MigrationException error) when (error.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await CreateDatabaseAsync(new NpgsqlConnectionStringBuilder(catalog), ct);
            await migrator.ApplyAsync(new DatabaseTarget(catalog), ct);
        }
    }

    private static async Task CreateDatabaseAsync(NpgsqlConnectionStringBuilder catalog, CancellationToken ct)
    {
        var name = new NpgsqlCommandBuilder().QuoteIdentifier(catalog.Database!);
        catalog.Database = "postgres";
        catalog.Pooling = false;
        await using var connection = new NpgsqlConnection(catalog.ConnectionString);
        await connection.OpenAsync(ct);
        try
        {
            await using var command = new NpgsqlCommand($"create database {name} template template0 encoding 'UTF8'", connection);
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another control plane was faster.
        }
    }
}
