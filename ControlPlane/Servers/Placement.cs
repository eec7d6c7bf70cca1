using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>
/// Chooses where a new tenant lives: the active server of its tier and region with the largest free share of databases,
/// leaving out those that are short of connections or disk.
/// </summary>
public sealed class Placement(NewDatabase newDatabase, ApplicationSchema schema)
{
    /// <summary>Takes a warm database, or adds the row of one that is to be made. Call it inside the caller's transaction.</summary>
    /// <exception cref="Problems.ProblemException"><c>no_capacity</c></exception>
    public async Task<TenantDatabase> TakeAsync(CatalogDb db, Tenant tenant, CancellationToken ct)
    {
        if (await FindWarmAsync(db, tenant.Tier, tenant.Region, ct) is { } warm)
        {
            return warm;
        }

        var server = await FindOwnAsync(db, tenant, ct) ?? await ChooseAsync(db, tenant.Tier, tenant.Region, ct)
            ?? throw NoCapacity(tenant.Tier, tenant);
        var made = newDatabase.On(server, tenant.Id);
        db.Databases.Add(made);
        return made;
    }

    /// <summary>A warm database, locked until the caller's transaction ends; null when there is none.</summary>
    public async Task<TenantDatabase?> FindWarmAsync(CatalogDb db, Tier tier, string region, CancellationToken ct)
    {
        var wantedTier = CatalogConventions.Snake(tier.ToString());
        var wanted = await WantedSchema.ReadAsync(db, schema, ct);
        var warm = await db.Databases.FromSql($"""
            select d.* from tenant_databases d join servers s on s.id = d.server_id
            where d.state = 'warm' and d.tenant_id is null and d.schema_version = {wanted.Version} and s.state = 'active' and s.tier = {wantedTier} and s.region = {region}
            order by d.created_at limit 1
            for update of d skip locked
            """).ToListAsync(ct);
        return warm.SingleOrDefault();
    }

    public static ProblemException NoCapacity(Tier tier, Tenant tenant) => new(
        409, "no_capacity", $"No {CatalogConventions.Snake(tier.ToString())} server in region '{tenant.Region}' has room for '{tenant.Slug}'.",
        "Add a server with: ctl servers add, or uncordon one; then try again.");

    public static ProblemException NoMachine(string region) => new(
        409, "no_machine", $"No machine can be bought in region '{region}'.", "See what can be with: ctl servers offers; what may be is set by Machines__Choices.");

    /// <summary>The machine that was made for it; null when there is none.</summary>
    private static Task<Guid?> FindOwnAsync(CatalogDb db, Tenant tenant, CancellationToken ct) =>
        db.Machines.Where(m => m.TenantId == tenant.Id && m.State == MachineState.Ready).Select(m => (Guid?)m.Id).SingleOrDefaultAsync(ct);

    /// <summary>Locks the chosen server's row until the transaction ends, so that its capacity cannot be exceeded.</summary>
    public static async Task<Guid?> ChooseAsync(CatalogDb db, Tier tier, string region, CancellationToken ct)
    {
        var wanted = CatalogConventions.Snake(tier.ToString());
        var servers = await db.Database.SqlQuery<Guid>($"""
            select s.id from servers s
            where s.state = 'active' and s.tier = {wanted} and s.region = {region}
              and not exists (select from machines m where m.id = s.id and m.tier = 'dedicated')
              and (select count(*) from tenant_databases d where d.server_id = s.id and d.state <> 'dropped') < s.max_databases
              and coalesce(s.used_connections, 0) < s.max_connections * 0.95
              and (s.max_data_megabytes is null or coalesce(s.data_megabytes, 0) < s.max_data_megabytes * 0.9)
            order by (select count(*) from tenant_databases d where d.server_id = s.id and d.state <> 'dropped')::float8 / s.max_databases
            """).ToListAsync(ct);
        foreach (var server in servers)
        {
            // Another one may have filled it while this waited for the lock.
            var free = await db.Database.SqlQuery<Guid>($"select id from servers where id = {server} and state = 'active' for update").ToListAsync(ct);
            var used = await db.Databases.CountAsync(d => d.ServerId == server && d.State != TenantDatabaseState.Dropped, ct);
            var room = await db.Servers.Where(s => s.Id == server).Select(s => s.MaxDatabases).SingleAsync(ct);
            if (free.Count == 1 && used < room)
            {
                return server;
            }
        }

        return null;
    }
}
