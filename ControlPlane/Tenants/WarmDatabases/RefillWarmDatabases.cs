using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.WarmDatabases;

/// <summary>
/// Starts as many creations as warm databases are missing, where the server has room. Those of an older schema are given up
/// first: nobody takes them any more.
/// </summary>
public sealed class RefillWarmDatabases(
    IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher, ApplicationSchema schema) : Chore
{
    /// <summary>More at once would only stand in the way of tenants who are waiting.</summary>
    private const int AtOnce = 4;

    public override string Cron => "0/5 * * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var wanted = await WantedSchema.ReadAsync(db, schema, ct);
        await db.Databases
            .Where(d => d.State == TenantDatabaseState.Warm && d.TenantId == null && d.SchemaVersion != wanted.Version)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.State, TenantDatabaseState.Dropping), ct);
        var started = new List<Guid>();
        foreach (var server in await MissingAsync(db, ct))
        {
            for (var i = 0; i < server.Missing; i++)
            {
                var id = Guid.CreateVersion7();
                var operation = await launcher.AddAsync<WarmDatabaseCreation>(
                    db, id, $"warm database on {server.Name}", new WarmDatabaseCreation.Request(server.Id), "refill", ct);
                started.Add(operation.Id);
            }
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        foreach (var operation in started)
        {
            launcher.Wake(operation);
        }
    }

    /// <summary>Creations under way count as there, those that need an operator too: making more would not mend them.</summary>
    private static Task<List<Shortage>> MissingAsync(CatalogDb db, CancellationToken ct) => db.Database.SqlQuery<Shortage>($"""
        select s.id, s.name,
               least(s.warm_target - warm.n - coming.n, s.max_databases - used.n - coming.n, {AtOnce} - coming.n)::int as missing
        from servers s,
          lateral (select count(*) n from tenant_databases d where d.server_id = s.id and d.state = 'warm' and d.tenant_id is null) warm,
          lateral (select count(*) n from tenant_databases d where d.server_id = s.id and d.state <> 'dropped') used,
          lateral (select count(*) n from operations o
                   where o.workflow = 'WarmDatabaseCreation' and o.finished_at is null and o.input ->> 'server' = s.id::text) coming
        where s.state = 'active' and s.warm_target > warm.n + coming.n
        """).ToListAsync(ct);

    private sealed record Shortage(Guid Id, string Name, int Missing);
}
