using Migrator.History;
using Migrator.Sources;
using Migrator.Sql;
using Npgsql;

namespace Migrator.Databases;

/// <summary>Statements of one or more migrations that travel together; an error is traced back to its file and line.</summary>
internal sealed class StatementBatch(NpgsqlConnection connection)
{
    private readonly List<Entry> entries = [];

    public void Add(Migration migration, string sql) => entries.Add(new(new NpgsqlBatchCommand(sql), migration, null));

    public void Add(Migration migration, IEnumerable<string> statements) => entries.AddRange(statements.Select(sql => new Entry(new NpgsqlBatchCommand(sql), migration, null)));

    public void Add(Migration migration, IEnumerable<NpgsqlBatchCommand> commands) => entries.AddRange(commands.Select(command => new Entry(command, migration, null)));

    public void Add(Migration migration, IEnumerable<SqlStatement> statements) =>
        entries.AddRange(statements.Select(statement => new Entry(new NpgsqlBatchCommand(statement.Text), migration, statement)));

    /// <summary>Runs everything in one round trip and adds each migration to <paramref name="applied"/> that was recorded and not rolled back.</summary>
    /// <exception cref="MigrationException">Locked or Statement. The open transaction is rolled back.</exception>
    public async Task ExecuteAsync(List<AppliedMigration> applied, CancellationToken ct)
    {
        var recorded = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var committed = entries.Count;
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var entry in entries) batch.BatchCommands.Add(entry.Command);
            await using var reader = await batch.ExecuteReaderAsync(ct);
            do
            {
                if (reader.FieldCount != 2 || reader.GetName(0) is not HistoryTable.RecordedVersion) continue;
                await reader.ReadAsync(ct);
                recorded[reader.GetString(0)] = TimeSpan.FromMilliseconds(reader.GetDouble(1));
            }
            while (await reader.NextResultAsync(ct));
        }
        catch (PostgresException e) when (!Unreachable.Is(e))
        {
            // The exception names its command only on connections set up for it; a command without a result tells as much.
            committed = entries.FindIndex(entry => entry.Command.StatementType == StatementType.Unknown);
            await using var rollback = new NpgsqlCommand("rollback", connection);
            await rollback.ExecuteNonQueryAsync(CancellationToken.None);
            throw StatementFailure.Explain(e, entries[Math.Max(committed, 0)].Migration, committed < 0 ? null : entries[committed].Statement);
        }
        finally
        {
            foreach (var migration in entries.Select(entry => entry.Migration).Distinct())
            {
                var isCommitted = entries.FindLastIndex(entry => entry.Migration == migration) < committed;
                if (isCommitted && recorded.TryGetValue(migration.Version, out var took)) applied.Add(new AppliedMigration(migration.Version, migration.Name, took));
            }
        }
    }

    private sealed record Entry(NpgsqlBatchCommand Command, Migration Migration, SqlStatement? Statement);
}
