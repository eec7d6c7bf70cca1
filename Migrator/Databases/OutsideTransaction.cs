using System.Diagnostics;
using System.Globalization;
using Migrator.History;
using Migrator.Sources;
using Migrator.Sql;
using Npgsql;

namespace Migrator.Databases;

/// <summary>
/// Applies a migration of one statement that cannot run inside a transaction. The history notes it as unfinished first,
/// so that the next run after a crash knows that it may have been done in part or in whole.
/// </summary>
internal sealed class OutsideTransaction(NpgsqlConnection connection, MigratorOptions options)
{
    public async Task ApplyAsync(Migration migration, HistoryState history, bool interrupted, List<AppliedMigration> applied, CancellationToken ct)
    {
        var statement = migration.Up[0];
        var before = new StatementBatch(connection);
        before.Add(migration, MigrationRun.ResetAll);
        if (!history.TableExists) before.Add(migration, HistoryTable.Create());
        if (migration.Ef is not null && !history.EfTableExists) before.Add(migration, migration.Ef.Create);
        before.Add(migration, [HistoryTable.Record(migration, isNew: history.IsNew(migration), finished: false, options.Run, tookMs: "0")]);
        await before.ExecuteAsync([], ct);

        var clock = Stopwatch.StartNew();
        if (!await IsDoneAsync(statement, interrupted, ct)) await ExecuteAsync(migration, statement, ct);
        var took = clock.Elapsed;

        var after = new StatementBatch(connection);
        after.Add(migration, "begin");
        if (migration.Ef is not null) after.Add(migration, migration.Ef.Insert);
        after.Add(migration, [HistoryTable.Record(migration, isNew: false, finished: true, options.Run, took.TotalMilliseconds.ToString(CultureInfo.InvariantCulture))]);
        after.Add(migration, "commit");
        await after.ExecuteAsync(applied, ct);
    }

    private async Task ExecuteAsync(Migration migration, SqlStatement statement, CancellationToken ct)
    {
        // A concurrent build queues behind other transactions without making anybody queue behind it, so it may wait
        // for as long as the statement timeout allows.
        var lockTimeout = statement.Words.Contains("CONCURRENTLY") ? TimeSpan.Zero : options.LockTimeout;
        try
        {
            foreach (var timeout in MigrationRun.Timeouts(local: false, lockTimeout, migration.Timeout ?? options.StatementTimeout)) await ExecuteAsync(timeout, ct);
            await ExecuteAsync(statement.Text, ct);
            await ExecuteAsync(MigrationRun.ResetAll, ct);
        }
        catch (PostgresException e) when (!Unreachable.Is(e))
        {
            throw StatementFailure.Explain(e, migration, statement);
        }
    }

    /// <summary>Drops what an earlier attempt left INVALID, and finds out whether an interrupted one did finish.</summary>
    private async Task<bool> IsDoneAsync(SqlStatement statement, bool interrupted, CancellationToken ct)
    {
        if (ConcurrentIndex.Parse(statement) is not { } index) return false;
        if (index.IsDropped) return interrupted && await IsValidAsync(index, ct) is null;

        var valid = await IsValidAsync(index, ct);
        if (valid is false) await ExecuteAsync($"drop index concurrently if exists {index.QuotedName}", ct);
        return valid is true && interrupted;
    }

    /// <summary>Null when there is no such index.</summary>
    private async Task<bool?> IsValidAsync(ConcurrentIndex index, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select indisvalid from pg_catalog.pg_index where indexrelid = to_regclass($1)", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = index.QuotedName } },
        };
        return (bool?)await command.ExecuteScalarAsync(ct);
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
