using Npgsql;

namespace Provisioner.Moves;

/// <summary>A table that holds rows itself, as of a snapshot.</summary>
/// <param name="Name">With its schema, quoted.</param>
/// <param name="FileNode">Another one later means that the rows were written anew, and those of the snapshot are gone.</param>
/// <param name="Columns">In their order; dropped ones are left out.</param>
/// <param name="Key">The primary key's columns, or none.</param>
internal sealed record TableShape(string Name, uint Oid, uint FileNode, IReadOnlyList<TableColumn> Columns, IReadOnlyList<string> Key)
{
    private const string Sql =
        $"""
        select format('%I.%I', n.nspname, c.relname), c.oid, c.relfilenode,
               array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum),
               array(select format_type(a.atttypid, a.atttypmod) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum),
               array(select a.attgenerated <> '' from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum),
               array(select a.attname::text from pg_index i, unnest(i.indkey::int2[]) with ordinality k (number, place), pg_attribute a
                     where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.number and k.place <= i.indnkeyatts order by k.place)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and c.relpersistence <> 't' and {CatalogCheck.IsTenants}
        """;

    /// <summary>Those with values of their own; the others follow from them.</summary>
    public IReadOnlyList<string> Stored { get; } = [.. Columns.Where(c => !c.IsGenerated).Select(c => c.Name)];

    public static async Task<IReadOnlyDictionary<string, TableShape>> ListAsync(DatabaseSnapshot snapshot, CancellationToken ct) =>
        (await snapshot.Session.ListAsync(Sql, Read, ct)).ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>In words how the tables themselves differ; null when they do not.</summary>
    public static string? Difference(TableShape source, TableShape target)
    {
        var lacking = source.Columns.Except(target.Columns).ToList();
        var extra = target.Columns.Except(source.Columns).ToList();
        return lacking.Count + extra.Count > 0
            ? $"The columns differ: the source has {Names(lacking)}, the target {Names(extra)}."
            : !source.Columns.SequenceEqual(target.Columns)
            ? $"The columns have another order: {Names(source.Columns)} on the source, {Names(target.Columns)} on the target."
            : null;
    }

    private static string Names(IReadOnlyList<TableColumn> columns) => columns.Count == 0 ? "none such" : string.Join(", ", columns);

    private static TableShape Read(NpgsqlDataReader row)
    {
        var (names, types, generated) = (row.GetFieldValue<string[]>(3), row.GetFieldValue<string[]>(4), row.GetFieldValue<bool[]>(5));
        return new TableShape(
            row.GetString(0),
            row.GetFieldValue<uint>(1),
            row.GetFieldValue<uint>(2),
            [.. names.Select((name, i) => new TableColumn(name, types[i], generated[i]))],
            row.GetFieldValue<string[]>(6));
    }
}
