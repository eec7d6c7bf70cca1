namespace Provisioner.Moves;

/// <summary>Compares large objects by their numbers and bytes; they are kept in tables of PostgreSQL's own.</summary>
internal static class LargeObjectComparison
{
    private const int Shown = 5;

    // A page that was never written is the same as one of zeros, and a dump makes the one from the other.
    private const string Sql =
        """
        select m.oid, coalesce(p.bytes, 0), coalesce(p.hashes, 0)::text
        from pg_largeobject_metadata m
        left join (
          select loid, max(pageno * (current_setting('block_size')::bigint / 4) + length(data)) as bytes,
                 sum(hashtextextended(pageno || ' ' || md5(data), 0)) filter (where btrim(data, '\x00') <> '') as hashes
          from pg_largeobject group by loid) p on p.loid = m.oid
        """;

    public static async Task<TableDifference?> CompareAsync(DatabaseSnapshot source, DatabaseSnapshot target, CancellationToken ct)
    {
        var (here, there) = await Both.RunAsync(c => ReadAsync(source, c), c => ReadAsync(target, c), ct);
        var differing = here.Except(there).Concat(there.Except(here)).Select(o => o.Oid).Distinct().Order().ToList();
        return differing.Count == 0
            ? null
            : new TableDifference("large objects", here.Count, there.Count, $"{differing.Count} differ or are on one side only: {string.Join(", ", differing.Take(Shown))}{(differing.Count > Shown ? ", …" : "")}.");
    }

    private static Task<IReadOnlyList<(uint Oid, long Bytes, string Hashes)>> ReadAsync(DatabaseSnapshot snapshot, CancellationToken ct) =>
        snapshot.Session.ListAsync(Sql, row => (row.GetFieldValue<uint>(0), row.GetInt64(1), row.GetString(2)), ct);
}
