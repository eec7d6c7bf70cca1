using Npgsql;

namespace Migrator.Lint;

/// <summary>The names that a running release may use: what it selects from, inserts into and calls.</summary>
/// <param name="Names">By kind and name; a column's value says whether an insert must give it.</param>
internal sealed record ReleaseSurface(IReadOnlyDictionary<(string Kind, string Name), bool> Names)
{
    private const string Query =
        """
        with space as (select oid from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'migrator'))
        select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, c.oid::regclass::text, false
        from pg_class c where c.relnamespace in (select oid from space) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select 'column', c.oid::regclass || '.' || quote_ident(a.attname), a.attnotnull and not a.atthasdef and a.attidentity = '' and c.relkind in ('r', 'p')
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace in (select oid from space) and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
        union all
        select 'function', p.oid::regprocedure::text, false from pg_proc p
        where p.pronamespace in (select oid from space) and p.prorettype <> 'trigger'::regtype
          and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        union all
        select 'type', t.oid::regtype::text, false from pg_type t where t.typnamespace in (select oid from space) and t.typtype in ('e', 'd')
        union all
        select 'value', e.enumtypid::regtype || ' ' || quote_literal(e.enumlabel), false from pg_enum e
        """;

    public static async Task<ReleaseSurface> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var names = new Dictionary<(string, string), bool>();
        await using var command = new NpgsqlCommand(Query, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) names[(reader.GetString(0), reader.GetString(1))] = reader.GetBoolean(2);
        return new ReleaseSurface(names);
    }
}
