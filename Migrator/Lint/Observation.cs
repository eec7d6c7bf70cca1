using Npgsql;

namespace Migrator.Lint;

/// <summary>What a transaction has done to each table so far, by PostgreSQL's own counters and locks.</summary>
internal static class Observation
{
    private const string Query =
        """
        select c.oid, c.oid::regclass::text, c.relkind::text, coalesce(pg_relation_filenode(c.oid), 0::oid), c.reltuples::float8,
          coalesce(pg_stat_get_xact_numscans(c.oid), 0),
          coalesce(pg_stat_get_xact_tuples_updated(c.oid), 0) + coalesce(pg_stat_get_xact_tuples_deleted(c.oid), 0),
          (select string_agg(l.mode, ',') from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.relation = c.oid and l.granted)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator')
        """;

    public static async Task<Dictionary<uint, TableState>> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var tables = new Dictionary<uint, TableState>();
        await using var command = new NpgsqlCommand(Query, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var oid = reader.GetFieldValue<uint>(0);
            var locks = await reader.IsDBNullAsync(7, ct) ? [] : reader.GetString(7).Split(',').Where(mode => Enum.IsDefined(typeof(LockMode), mode)).Select(Enum.Parse<LockMode>).ToList();
            tables[oid] = new TableState(
                oid,
                reader.GetString(1),
                reader.GetString(2)[0],
                reader.GetFieldValue<uint>(3),
                reader.GetDouble(4),
                reader.GetInt64(5),
                reader.GetInt64(6),
                locks.Count > 0 ? locks.Max() : null);
        }

        return tables;
    }
}
