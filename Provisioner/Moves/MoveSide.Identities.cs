using Npgsql;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <content>By what a row is found again on the other side.</content>
public sealed partial class MoveSide
{
    /// <summary>
    /// Tables without a primary key that is checked at once: a unique index over columns that are never null serves as well, else the whole row. Where a
    /// publication has a table without any, the tenant could neither update nor delete.
    /// </summary>
    private const string Lacking =
        """
        select n.nspname, c.relname, c.relreplident::text,
               (select x.relname from pg_index i join pg_class x on x.oid = i.indexrelid
                where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null
                  and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = any (i.indkey) and not a.attnotnull)
                order by i.indnkeyatts, x.relname limit 1) as unique_index,
               exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indimmediate and i.indisvalid) as has_key
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname not in ('pg_catalog', 'information_schema', '_move')
          and (c.relreplident = 'n' or c.relreplident = 'd' and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indimmediate and i.indisvalid))
        """;

    /// <summary>Gives every table an identity, and notes which it had.</summary>
    public async Task SetIdentitiesAsync(CancellationToken ct)
    {
        var lacking = new List<(string Schema, string Table, char Was, string? Index, bool HasKey)>();
        await using (var command = new NpgsqlCommand(Lacking, await SessionAsync(ct)))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                lacking.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)[0], reader.GetValue(3) as string, reader.GetBoolean(4)));
            }
        }

        foreach (var (schema, table, was, index, hasKey) in lacking)
        {
            var identity = hasKey ? "default" : index is null ? "full" : $"using index {Name(index)}";
            await ChangeTableAsync(
                $"insert into _move.identity values ({Literal(schema)}, {Literal(table)}, '{was}') on conflict do nothing;", schema, table, identity, ct);
        }
    }

    private async Task RestoreIdentitiesAsync(CancellationToken ct)
    {
        if (await ScalarAsync<string>("select to_regclass('_move.identity')::text", ct) is null)
        {
            return;
        }

        var changed = new List<(string Schema, string Table, char Was)>();
        await using (var command = new NpgsqlCommand(
            "select i.schema_name, i.table_name, i.was::text from _move.identity i where to_regclass(format('%I.%I', i.schema_name, i.table_name)) is not null", await SessionAsync(ct)))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                changed.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)[0]));
            }
        }

        foreach (var (schema, table, was) in changed)
        {
            await ChangeTableAsync(
                $"delete from _move.identity where schema_name = {Literal(schema)} and table_name = {Literal(table)};", schema, table, was == 'n' ? "nothing" : "default", ct);
        }
    }

    /// <summary>A table that is in use is waited for a little at a time, so that its tenant never waits behind us for long.</summary>
    private Task ChangeTableAsync(string note, string schema, string table, string identity, CancellationToken ct) => ExecuteAsync(
        Block($"""
            set local lock_timeout = '{(int)LockTimeout.TotalMilliseconds}ms';
            {note}
            alter table {Name(schema)}.{Name(table)} replica identity {identity};
            """),
        ct);
}
