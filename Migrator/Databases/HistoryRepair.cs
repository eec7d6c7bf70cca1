using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>Makes a history agree with the files where somebody decided that the files are right. Changes no schema.</summary>
/// <param name="forgetMissing">Whether rows without a file are removed too.</param>
public sealed class HistoryRepair(IReadOnlyList<Migration> migrations, MigratorOptions options, bool forgetMissing)
{
    private readonly DatabaseLock databaseLock = new(EfHistoryRow.Of(migrations), options);

    /// <summary>Takes over the checksums of edited files. The report's applied list names the rows that were changed or removed.</summary>
    /// <exception cref="MigrationException">The database cannot be reached or another run has it.</exception>
    public Task<DatabaseReport> RunAsync(NpgsqlConnection connection, OwnerRole? owner, CancellationToken ct) =>
        DatabaseFailure.ExplainAsync(connection, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            var history = await databaseLock.TakeAsync(connection, owner, ct);
            var files = migrations.Where(m => m.Kind == MigrationKind.Versioned).ToDictionary(m => m.Version, StringComparer.Ordinal);
            var known = migrations.Select(m => m.Version).ToHashSet(StringComparer.Ordinal);
            var edited = history.Rows.Where(row => files.TryGetValue(row.Version, out var file) && MigrationPlan.Differs(row, file)).ToList();
            var missing = forgetMissing ? history.Rows.Where(row => !known.Contains(row.Version)).ToList() : [];

            await using var batch = new NpgsqlBatch(connection);
            foreach (var row in edited) batch.BatchCommands.Add(HistoryTable.Accept(files[row.Version]));
            foreach (var row in missing) batch.BatchCommands.Add(HistoryTable.Forget(row.Version));
            if (batch.BatchCommands.Count > 0 && !options.DryRun) await batch.ExecuteNonQueryAsync(ct);

            var head = history with { Rows = [.. history.Rows.Except(missing)] };
            return new DatabaseReport(connection.Database, history.Head, head.Head, [.. edited.Concat(missing).Select(row => new AppliedMigration(row.Version, row.Name, TimeSpan.Zero))], [], 0, TimeProvider.System.GetElapsedTime(started));
        });
}
