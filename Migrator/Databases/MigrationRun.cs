using System.Globalization;
using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>Applies migrations over one connection; all consecutive transactional ones in a single round trip.</summary>
/// <param name="isNew">That the connection is a <see cref="DatabaseSession"/>'s and nothing was set in it but how long it waits for locks.</param>
internal sealed class MigrationRun(NpgsqlConnection connection, MigratorOptions options, bool isNew = false)
{
    private readonly List<AppliedMigration> applied = [];
    private bool isNew = isNew;

    /// <summary>What was committed so far, in order.</summary>
    public IReadOnlyList<AppliedMigration> Applied => applied;

    /// <summary>Applies them in order and stops at the first that fails.</summary>
    /// <exception cref="MigrationException">Locked or Statement; earlier migrations may be committed already.</exception>
    public async Task ApplyAsync(IReadOnlyList<Migration> pending, HistoryState history, TimeSpan lockTimeout, CancellationToken ct)
    {
        var tables = history;
        for (var i = 0; i < pending.Count;)
        {
            if (pending[i].Transactional)
            {
                var group = pending.Skip(i).TakeWhile(m => m.Transactional).ToList();
                await ApplyTransactionsAsync(group, tables, lockTimeout, ct);
                i += group.Count;
            }
            else
            {
                var row = history.Rows.FirstOrDefault(r => string.Equals(r.Version, pending[i].Version, StringComparison.Ordinal));
                await new OutsideTransaction(connection, options).ApplyAsync(pending[i], tables, interrupted: row is { Finished: false }, applied, ct);
                i++;
            }

            tables = tables with { TableExists = true, EfTableExists = true };
        }
    }

    private async Task ApplyTransactionsAsync(List<Migration> group, HistoryState history, TimeSpan lockTimeout, CancellationToken ct)
    {
        var script = new StatementBatch(connection);
        foreach (var migration in group)
        {
            script.Add(migration, "begin");
            if (!isNew) script.Add(migration, ResetAll);
            var statementTimeout = migration.Timeout ?? options.StatementTimeout;
            script.Add(migration, Timeouts(local: true, lockTimeout, isNew && statementTimeout == DatabaseSession.StatementTimeout ? null : statementTimeout));
            isNew = false;
            if (!history.TableExists) script.Add(migration, HistoryTable.Create());
            if (migration.Ef is not null && !history.EfTableExists) script.Add(migration, migration.Ef.Create);
            script.Add(migration, migration.Up);
            if (migration.Ef is not null) script.Add(migration, migration.Ef.Insert);
            script.Add(migration, [HistoryTable.Record(migration, isNew: history.IsNew(migration), finished: true, options.Run)]);
            script.Add(migration, "commit");
            history = history with { TableExists = true, EfTableExists = true };
        }

        await script.ExecuteAsync(applied, ct);
    }

    // Settings that one script left behind must not change what the next one does.
    internal const string ResetAll = "reset all";

    // SET needs no look at a catalog, which in a new session nobody has read yet.
    internal static IEnumerable<string> Timeouts(bool local, TimeSpan lockTimeout, TimeSpan? statementTimeout)
    {
        var set = local ? "set local" : "set";
        yield return string.Create(CultureInfo.InvariantCulture, $"{set} lock_timeout = {(long)lockTimeout.TotalMilliseconds}");
        if (statementTimeout is { } limit) yield return string.Create(CultureInfo.InvariantCulture, $"{set} statement_timeout = {(long)limit.TotalMilliseconds}");
    }
}
