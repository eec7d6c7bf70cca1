using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Moves;

/// <summary>
/// Compares where sequences stand. They know no snapshots: each is read as it is now. So on a target that is in use they may have
/// gone on, but none may be behind the source, for then numbers would be handed out twice. Where the source was shut by a cut, what it
/// said then counts: PostgreSQL writes down numbers in advance, and a server that crashed goes on behind those.
/// </summary>
internal static class SequenceComparison
{
    private const int AtATime = 500;

    private const string Sql =
        $"""
        select format('%I.%I', n.nspname, c.relname), s.seqincrement, s.seqcycle
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_sequence s on s.seqrelid = c.oid
        where c.relkind = 'S' and c.relpersistence <> 't' and {CatalogCheck.IsTenants}
        order by 1
        """;

    /// <summary>Of the cut that was settled last; the marker has travelled to the target.</summary>
    private const string AtTheCut =
        """
        select format('%I.%I', s ->> 0, s ->> 1), (s ->> 2)::bigint, (s ->> 3)::bool
        from (select m.sequences from _move.done d join _move.marker m on d.act = 'settled ' || m.id order by d.at desc limit 1) cut, jsonb_array_elements(cut.sequences) s
        """;

    public static async Task<(IReadOnlyList<TableDifference> Differences, IReadOnlyList<string> NotComparable)> CompareAsync(
        DatabaseSnapshot source, DatabaseSnapshot target, CancellationToken ct)
    {
        var (here, there) = await Both.RunAsync(c => ReadAsync(source, c), c => ReadAsync(target, c), ct);
        foreach (var (name, last, isCalled) in await ReadCutAsync(target, ct))
        {
            if (here.TryGetValue(name, out var now))
            {
                here[name] = now with { Last = last, IsCalled = isCalled };
            }
        }

        var differences = new List<TableDifference>();
        foreach (var name in here.Keys.Union(there.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var detail = (here.GetValueOrDefault(name), there.GetValueOrDefault(name)) switch
            {
                (null, _) => "It is not on the source.",
                (_, null) => "It is not on the target.",
                ({ IsGone: true }, _) or (_, { IsGone: true }) => null,
                var (mine, its) => Difference(mine, its),
            };
            if (detail is not null)
            {
                differences.Add(new($"sequence {name}", 0, 0, detail));
            }
        }

        return (differences, [.. here.Concat(there).Where(s => s.Value.IsGone).Select(s => $"sequence {s.Key}").Distinct(StringComparer.Ordinal)]);
    }

    private static string? Difference(Sequence source, Sequence target) =>
        source.Increment != target.Increment || source.Cycles != target.Cycles
            ? $"It steps by {source.Increment} on the source and by {target.Increment} on the target{(source.Cycles == target.Cycles ? "" : ", and only one of them begins anew at its end")}."
            : IsBehind(target, source)
            ? $"It stands at {source} on the source and at {target} on the target: numbers would be handed out twice."
            : null;

    /// <summary>Of one that begins anew at its end nobody can tell.</summary>
    private static bool IsBehind(Sequence target, Sequence source)
    {
        var ahead = (target.Increment > 0 ? 1 : -1) * target.Last.CompareTo(source.Last);
        return !target.Cycles && (ahead < 0 || (ahead == 0 && source.IsCalled && !target.IsCalled));
    }

    private static async Task<IReadOnlyList<(string Name, long Last, bool IsCalled)>> ReadCutAsync(DatabaseSnapshot target, CancellationToken ct)
    {
        var wasCut = (await target.Session.ListAsync("select to_regclass('_move.done') is not null and to_regclass('_move.marker') is not null", row => row.GetBoolean(0), ct)).Single();
        var states = wasCut ? await target.Session.ListAsync(AtTheCut, row => (row.GetString(0), row.GetInt64(1), row.GetBoolean(2)), ct) : [];
        await target.LetGoAsync(ct);
        return states;
    }

    private static async Task<Dictionary<string, Sequence>> ReadAsync(DatabaseSnapshot snapshot, CancellationToken ct)
    {
        var sequences = await snapshot.Session.ListAsync(Sql, row => (Name: row.GetString(0), Increment: row.GetInt64(1), Cycles: row.GetBoolean(2)), ct);
        var values = new Dictionary<string, (long Last, bool IsCalled)>(StringComparer.Ordinal);
        foreach (var names in sequences.Select(s => s.Name).Chunk(AtATime))
        {
            await ReadAsync(snapshot, names, values, ct);
        }

        return sequences.ToDictionary(
            s => s.Name,
            s => values.TryGetValue(s.Name, out var value) ? new Sequence(s.Increment, s.Cycles, value.Last, value.IsCalled) : new Sequence(s.Increment, s.Cycles, 0, IsCalled: false, IsGone: true),
            StringComparer.Ordinal);
    }

    /// <summary>One that was dropped after the snapshot fails all that are asked together with it, so the others are asked again without.</summary>
    private static async Task ReadAsync(DatabaseSnapshot snapshot, string[] names, Dictionary<string, (long Last, bool IsCalled)> values, CancellationToken ct)
    {
        try
        {
            var sql = string.Join(" union all ", names.Select(name => $"select {SqlText.Literal(name)}, last_value, is_called from {name}"));
            foreach (var (name, last, isCalled) in await snapshot.Session.ListAsync(sql, row => (row.GetString(0), row.GetInt64(1), row.GetBoolean(2)), ct))
            {
                values[name] = (last, isCalled);
            }

            await snapshot.LetGoAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            await snapshot.LetGoAsync(ct);
            if (names.Length > 1)
            {
                await ReadAsync(snapshot, names[..(names.Length / 2)], values, ct);
                await ReadAsync(snapshot, names[(names.Length / 2)..], values, ct);
            }
        }
    }

    private sealed record Sequence(long Increment, bool Cycles, long Last, bool IsCalled, bool IsGone = false)
    {
        public override string ToString() => IsCalled ? $"{Last}" : $"{Last} (not used yet)";
    }
}
