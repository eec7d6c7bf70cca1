namespace Provisioner.Moves;

/// <summary>By what an updated or deleted row of a table without primary key is found again on the target.</summary>
internal static class IdentityChecks
{
    /// <summary>Comparing whole rows reads the table once per changed row.</summary>
    private const long LargestForWholeRows = 50_000_000;

    /// <summary>
    /// The best index of table <c>c</c> that can tell its rows apart: unique at every moment, over all rows, of columns that are
    /// never null. A primary key that is deferrable is none.
    /// </summary>
    public const string UsableIndex =
        """
        (select x.relname::text from pg_index i join pg_class x on x.oid = i.indexrelid
         where i.indrelid = c.oid and i.indisunique and i.indimmediate and i.indisvalid and i.indpred is null and i.indexprs is null
           and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1]) and not a.attnotnull)
         order by i.indisprimary desc, i.indnkeyatts, x.relname limit 1)
        """;

    /// <summary>Types that PostgreSQL cannot compare for equality; whole rows with one of them cannot be found.</summary>
    private const string Incomparable =
        """
        array(
          select a.attname::text from pg_attribute a
          join pg_type t on t.oid = a.atttypid
          left join pg_type d on d.oid = t.typbasetype
          join pg_type b on b.oid = coalesce(nullif(coalesce(d.typelem, t.typelem), 0), d.oid, t.oid)
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and b.typtype = 'b'
            and not exists (
              select from pg_opclass o join pg_am m on m.oid = o.opcmethod
              where o.opcdefault and m.amname in ('btree', 'hash')
                and (o.opcintype = b.oid or exists (select from pg_cast k where k.castsource = b.oid and k.casttarget = o.opcintype and k.castmethod = 'b' and k.castcontext = 'i')))
          order by a.attnum)
        """;

    private const string Lacking =
        $"""
        select c.oid::regclass::text, coalesce(pg_table_size(c.oid), 0), {UsableIndex}, {Incomparable}, c.relreplident = 'f'
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and c.relpersistence = 'p' and {CatalogCheck.IsTenants}
          and not (c.relreplident = 'd' and exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indimmediate and i.indisvalid))
          and not (c.relreplident = 'i' and exists (select from pg_index i where i.indrelid = c.oid and i.indisreplident and i.indisvalid))
        """;

    public static Task<IReadOnlyList<MoveFinding>> RunAsync(CatalogSession source, CancellationToken ct) =>
        source.ListAsync(
            Lacking,
            row => Judge(row.GetString(0), row.GetInt64(1), row.GetValue(2) as string, row.GetFieldValue<string[]>(3), isFull: row.GetBoolean(4)),
            ct);

    private static MoveFinding Judge(string table, long bytes, string? index, string[] incomparable, bool isFull)
    {
        const string code = "no_primary_key";
        var advice = $"Add a primary key to {table}, or move by a dump.";
        return index is not null && !isFull
            ? new(code, MoveVerdict.Handled, table, "It has no primary key that can serve, but a unique index.", $"Index {index} tells its rows apart during the move.")
            : incomparable.Length > 0
            ? new(code, MoveVerdict.Refused, table, $"It has no key, and columns that cannot be compared: {string.Join(", ", incomparable)}.", advice)
            : bytes > LargestForWholeRows
            ? new(code, MoveVerdict.Refused, table, $"It has no key and {bytes / 1e6:0} MB: each changed row would be looked for in all of it.", advice)
            : new(code, MoveVerdict.Warning, table, $"It has no key; changed rows are looked for by all their columns in {bytes / 1e6:0.0} MB.", $"Add a primary key to {table} to make its changes arrive fast.");
    }
}
