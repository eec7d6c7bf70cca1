using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>Takes applied migrations back, the newest first, each with its history row in one transaction.</summary>
/// <param name="to">The version to go back to; it stays applied. Null takes back only the newest one, an empty string all.</param>
public sealed class MigrationRevert(IReadOnlyList<Migration> migrations, MigratorOptions options, string? to)
{
    private readonly EfHistoryRow? ef = EfHistoryRow.Of(migrations);
    private readonly DatabaseLock databaseLock = new(EfHistoryRow.Of(migrations), options);

    /// <summary>Waits for other runs on this database, as applying does. The report's pending ids are what was taken back, or would be.</summary>
    /// <exception cref="MigrationException">One of them has no down script (nothing is taken back then), or a statement failed.</exception>
    public Task<DatabaseReport> RunAsync(NpgsqlConnection connection, OwnerRole? owner, CancellationToken ct) =>
        DatabaseFailure.ExplainAsync(connection, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            var history = await databaseLock.TakeAsync(connection, owner, ct);
            var wanted = Wanted(history);
            if (!options.DryRun && wanted.Count > 0)
            {
                var script = new StatementBatch(connection);
                foreach (var migration in wanted)
                {
                    script.Add(migration, "begin");
                    script.Add(migration, MigrationRun.ResetAll);
                    script.Add(migration, MigrationRun.Timeouts(local: true, options.LockTimeout, migration.Timeout ?? options.StatementTimeout));
                    script.Add(migration, migration.Down!);
                    if (migration.Ef is not null) script.Add(migration, migration.Ef.Delete);
                    script.Add(migration, [HistoryTable.Forget(migration.Version)]);
                    script.Add(migration, "commit");
                }

                await script.ExecuteAsync([], ct);
            }

            var after = options.DryRun ? history : await HistoryTable.ReadAsync(connection, ef, ct);
            return new DatabaseReport(connection.Database, history.Head, after.Head, [], [.. wanted.Select(m => m.Id)], 0, TimeProvider.System.GetElapsedTime(started));
        });

    private List<Migration> Wanted(HistoryState history)
    {
        var applied = history.Rows.Where(row => row.Finished).Select(row => row.Version).ToHashSet(StringComparer.Ordinal);
        var newestFirst = migrations
            .Where(m => m.Kind == MigrationKind.Versioned && applied.Contains(m.Version))
            .OrderByDescending(m => m.Version, VersionOrder.Instance);
        List<Migration> wanted = to switch
        {
            null => [.. newestFirst.Take(1)],
            "" => [.. newestFirst],
            _ when !applied.Contains(to) => throw new MigrationException(MigrationError.Refused, $"{to} is not applied here, so there is no way back to it. Name an applied version."),
            _ => [.. newestFirst.TakeWhile(m => VersionOrder.Instance.Compare(m.Version, to) > 0)],
        };
        return wanted.Find(m => m.Down is null) is { } oneWay
            ? throw new MigrationException(MigrationError.Refused, $"It has no down script ({oneWay.Id}.down.sql), so nothing was taken back. Write one, or go forward with a new migration.") { File = oneWay.File }
            : wanted;
    }
}
