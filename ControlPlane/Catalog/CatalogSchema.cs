using Migrator.Databases;
using Migrator.Sources;

namespace ControlPlane.Catalog;

/// <summary>The catalog's own schema: SQL files in this assembly, applied by our Migrator.</summary>
public static class CatalogSchema
{
    /// <summary>Brings the catalog to this version. Several control planes may do it at once.</summary>
    public static async Task ApplyAsync(string catalog, CancellationToken ct)
    {
        var migrations = new EmbeddedSql(typeof(CatalogSchema).Assembly, "ControlPlane.Catalog.Migrations").Read();
        await new DatabaseMigrator(migrations, new MigratorOptions { Run = "control plane" })
            .ApplyAsync(new DatabaseTarget(catalog), ct);
    }
}
