using System.Runtime.CompilerServices;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Migrator.Databases;
using Migrator.Fleet;
using Npgsql;
using Provisioner.Postgres;

namespace ControlPlane.Fleet;

/// <summary>The databases of tenants that are served or can come back, as a run over the fleet goes through them.</summary>
public sealed class FleetTargets(ServerConnections servers)
{
    private const int PageSize = 500;

    /// <summary>Where all are of one ring, the smallest go first: they answer soonest and have least to lose.</summary>
    private const int Canaries = 3;

    /// <summary>
    /// Makes the targets of an operation in one statement, and answers how many are new; those it has keep their results. Canaries
    /// come first, then ring after ring, the largest databases of each first, so that none of them is what everybody waits for in the end.
    /// </summary>
    /// <param name="behind">Only those that are not noted to have this schema; null takes all.</param>
    /// <param name="at">Only those that are noted to have this schema; null takes all.</param>
    public static Task<int> ChooseAsync(
        CatalogDb db, Guid operation, FleetWorkKind kind, FleetRequest request, CancellationToken ct, string? behind = null, string? at = null)
    {
        var work = CatalogConventions.Snake(kind.ToString());
        var hasCanaries = kind is FleetWorkKind.Migration or FleetWorkKind.Correction && request.HasCanaries;
        var (tenants, rings) = (request.Tenants?.ToArray(), request.Rings?.ToArray());
        return db.Database.ExecuteSqlAsync($"""
            insert into fleet_targets as f (database_id, work, operation_id, state, canary, position)
            select id, {work}, {operation}, 'pending', canary, row_number() over (order by canary desc, ring, bytes desc nulls last, id)
            from (
              select d.id, d.ring, d.bytes,
                     {hasCanaries} and case when min(d.ring) over () < max(d.ring) over () then d.ring = min(d.ring) over ()
                       else row_number() over (order by d.bytes nulls last, d.id) <= {Canaries} end as canary
              from fleet_databases d
              where ({behind}::text is null or d.schema_version is distinct from {behind})
                and ({at}::text is null or d.schema_version = {at})
                and ({tenants}::text[] is null or d.tenant = any ({tenants}))
                and ({rings}::integer[] is null or d.ring = any ({rings}))
                and ({request.Server}::text is null or d.server = {request.Server})
                and (not {request.OnlyFailed} or exists (
                  select from fleet_targets e where e.database_id = d.id and e.work = {work} and e.state in ('failed', 'locked', 'unreachable')))) chosen
            on conflict (database_id, work) do update
            set operation_id = excluded.operation_id, state = 'pending', canary = excluded.canary, position = excluded.position,
                attempts = 0, error = null, differences = array[]::text[], started_at = null, finished_at = null
            where f.operation_id <> excluded.operation_id
            """, ct);
    }

    /// <summary>How many of an operation's targets are not done.</summary>
    public static Task<int> CountLeftAsync(CatalogDb db, Guid operation, CancellationToken ct) => db.Database.SqlQuery<int>($"""
        select count(*)::int as "Value" from fleet_targets f join tenant_databases d on d.id = f.database_id
        where f.operation_id = {operation} and f.state <> 'done' and d.state = 'assigned'
        """).SingleAsync(ct);

    /// <summary>What is left of an operation's targets, read page by page, so that memory does not grow with the fleet.</summary>
    internal async IAsyncEnumerable<FleetTarget> ReadAsync(StepContext step, CatalogJournal journal, [EnumeratorCancellation] CancellationToken ct)
    {
        var logins = new Dictionary<Guid, string>();
        var last = (Position: 0, Id: Guid.Empty);
        while (true)
        {
            var page = await step.ReadAsync(db => ReadPageAsync(db, step.OperationId, last.Position, last.Id, ct), ct);
            foreach (var row in page)
            {
                last = (row.Position, row.Id);
                if (!logins.TryGetValue(row.ServerId, out var login))
                {
                    login = logins[row.ServerId] = await servers.ReadAdminConnectionAsync(row.ServerId, ct);
                }

                var connection = new NpgsqlConnectionStringBuilder(login) { Database = row.Database }.ConnectionString;
                journal.Expect(row.Slug, row.Id);
                yield return new FleetTarget(row.Slug, new DatabaseTarget(connection, new TenantDatabaseName(row.Id).Owner)) { Server = row.Server, Canary = row.Canary };
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    private static Task<List<Row>> ReadPageAsync(CatalogDb db, Guid operation, int position, Guid after, CancellationToken ct) => db.Database.SqlQuery<Row>($"""
        select d.id, d.name as database, d.server_id as "ServerId", s.name as server, t.slug, f.canary, f.position
        from fleet_targets f join tenant_databases d on d.id = f.database_id join tenants t on t.id = d.tenant_id join servers s on s.id = d.server_id
        where f.operation_id = {operation} and (f.position, f.database_id) > ({position}, {after}) and f.state <> 'done' and d.state = 'assigned'
        order by f.position, f.database_id limit {PageSize}
        """).ToListAsync(ct);

    private sealed record Row(Guid Id, string Database, Guid ServerId, string Server, string Slug, bool Canary, int Position);
}
