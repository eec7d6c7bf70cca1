using Migrator.Sources;
using Migrator.Sql;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// The table <c>migrator.history</c>, in a schema of its own that belongs to the owner role. EF Core migrations are
/// recorded in EF's table too, and that one decides what is applied, so that EF's own tools and ours agree.
/// </summary>
internal static class HistoryTable
{
    public const string Schema = "migrator";

    /// <summary>Names the first of the two columns that <see cref="Record"/> returns; the second is the duration in ms.</summary>
    public const string RecordedVersion = "migrator:version";

    public const string Name = $"{Schema}.history";

    private const string Renew =
        """
        on conflict (version) do update set name = excluded.name, checksum = excluded.checksum, finished = excluded.finished,
          run = excluded.run, took_ms = excluded.took_ms, applied_at = now(), applied_by = current_user
        """;

    private const string CreateSchema = $"create schema if not exists {Schema}";

    // As a default of the table it is read by PostgreSQL as a finished tree: in a new session, to look up its functions
    // and operators costs as much as the rest of the insert.
    private const string Elapsed = "extract(epoch from clock_timestamp() - now()) * 1000";

    private const string CreateTable =
        $"""
        create table if not exists {Name} (
          version text primary key,
          name text not null,
          checksum text,
          finished boolean not null,
          applied_at timestamptz not null default now(),
          took_ms double precision not null default {Elapsed},
          applied_by text not null default current_user,
          run text not null
        )
        """;

    public static async Task<HistoryState> ReadAsync(NpgsqlConnection connection, EfHistoryRow? ef, CancellationToken ct)
    {
        bool ours, theirs;
        await using (var command = new NpgsqlCommand($"select to_regclass('{Name}') is not null, {(ef is null ? "false" : $"to_regclass({SqlName.Literal(ef.QuotedTable)}) is not null")}", connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            (ours, theirs) = (reader.GetBoolean(0), reader.GetBoolean(1));
        }

        if (!ours && !theirs) return new HistoryState(false, false, []);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var query in Queries(ef, ours, theirs)) batch.BatchCommands.Add(query);
        await using var rows = await batch.ExecuteReaderAsync(ct);
        return await ReadAsync(rows, ef, ours, theirs, ct);
    }

    /// <summary>What <see cref="ReadAsync(NpgsqlDataReader, EfHistoryRow?, bool, bool, CancellationToken)"/> reads, where these tables exist.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Queries(EfHistoryRow? ef, bool ours = true, bool theirs = true)
    {
        if (ours) yield return new NpgsqlBatchCommand($"select version, name, checksum, finished from {Name}");
        if (theirs && ef is not null) yield return new NpgsqlBatchCommand($"select \"MigrationId\" from {ef.QuotedTable}");
    }

    /// <summary>Reads on from the first of the <see cref="Queries"/>.</summary>
    public static async Task<HistoryState> ReadAsync(NpgsqlDataReader reader, EfHistoryRow? ef, bool ours, bool theirs, CancellationToken ct)
    {
        var rows = new List<HistoryRow>();
        if (ours)
        {
            while (await reader.ReadAsync(ct))
            {
                rows.Add(new HistoryRow(reader.GetString(0), reader.GetString(1), await reader.IsDBNullAsync(2, ct) ? null : reader.GetString(2), reader.GetBoolean(3)));
            }
        }

        if (ef is null) return new HistoryState(ours, theirs, rows);
        if (ours) await reader.NextResultAsync(ct);
        var known = rows.ToDictionary(row => row.Version, StringComparer.Ordinal);
        var applied = new List<HistoryRow>();
        while (theirs && await reader.ReadAsync(ct))
        {
            var id = reader.GetString(0);
            applied.Add(known.GetValueOrDefault(id) ?? new HistoryRow(id, id, null, true));
        }

        return new HistoryState(ours, theirs, applied);
    }

    public static IEnumerable<NpgsqlBatchCommand> Create() =>
    [
        new(CreateSchema),
        new($"revoke all on schema {Schema} from public"),
        new(CreateTable),
    ];

    /// <summary>Records a migration, or renews the record of a repeatable or unfinished one.</summary>
    /// <param name="isNew">That there is no record of it yet; cheaper, and an error when there is one.</param>
    /// <param name="tookMs">By the server's clock since the transaction began, where not given.</param>
    public static NpgsqlBatchCommand Record(Migration migration, bool isNew, bool finished, string run, string tookMs = "default") => new(
        $"""
        insert into {Name} as h (version, name, checksum, finished, run, took_ms)
        values ({SqlName.Literal(migration.Version)}, {SqlName.Literal(migration.Name)}, {SqlName.Literal(migration.Checksum)}, {(finished ? "true" : "false")}, {SqlName.Literal(run)}, {tookMs})
        {(isNew ? "" : Renew)}
        returning h.version as "{RecordedVersion}", h.took_ms
        """);

    /// <summary>Takes a changed file for the one that was applied.</summary>
    public static NpgsqlBatchCommand Accept(Migration migration) => new($"update {Name} set checksum = $1 where version = $2")
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = migration.Checksum }, new NpgsqlParameter<string> { TypedValue = migration.Version } },
    };

    public static NpgsqlBatchCommand Forget(string version) => new($"delete from {Name} where version = $1")
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = version } },
    };
}
