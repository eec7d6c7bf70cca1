using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>Declares that a database, made by other means, already has everything up to a version. Runs no migration.</summary>
public sealed class HistoryBaseline(IReadOnlyList<Migration> migrations, MigratorOptions options, string version)
{
    private readonly EfHistoryRow? ef = EfHistoryRow.Of(migrations);
    private readonly DatabaseLock databaseLock = new(EfHistoryRow.Of(migrations), options);

    /// <summary>Writes the history; doing it again for the same version changes nothing.</summary>
    /// <exception cref="MigrationException">There is no such version, or the database has another history already.</exception>
    public Task<DatabaseReport> RunAsync(NpgsqlConnection connection, OwnerRole? owner, CancellationToken ct) =>
        DatabaseFailure.ExplainAsync(connection, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            var covered = migrations.Where(m => m.Kind == MigrationKind.Versioned && VersionOrder.Instance.Compare(m.Version, version) <= 0).ToList();
            if (covered.Count == 0 || VersionOrder.Instance.Compare(covered[^1].Version, version) != 0)
            {
                throw new MigrationException(MigrationError.Refused, $"There is no migration {version}. Name the version whose schema the database has.");
            }

            var history = await databaseLock.TakeAsync(connection, owner, ct);
            var have = history.Rows.Select(row => row.Version).ToHashSet(StringComparer.Ordinal);
            var same = have.SetEquals(covered.Select(m => m.Version));
            if (have.Count > 0 && !same)
            {
                throw new MigrationException(MigrationError.Refused, $"It has a history already, up to {history.Head ?? "nothing"}. A baseline is for databases without one.");
            }

            if (!same && !options.DryRun) await WriteAsync(connection, covered, history, ct);
            return new DatabaseReport(connection.Database, history.Head, covered[^1].Version, same ? [] : [.. covered.Select(m => new AppliedMigration(m.Version, m.Name, TimeSpan.Zero))], [], 0, TimeProvider.System.GetElapsedTime(started));
        });

    private async Task WriteAsync(NpgsqlConnection connection, List<Migration> covered, HistoryState history, CancellationToken ct)
    {
        var script = new StatementBatch(connection);
        script.Add(covered[0], "begin");
        if (!history.TableExists) script.Add(covered[0], HistoryTable.Create());
        if (ef is not null && !history.EfTableExists) script.Add(covered[0], ef.Create);
        foreach (var migration in covered)
        {
            if (migration.Ef is not null) script.Add(migration, migration.Ef.Insert);
            script.Add(migration, [HistoryTable.Record(migration, isNew: history.IsNew(migration), finished: true, options.Run, tookMs: "0")]);
        }

        script.Add(covered[^1], "commit");
        await script.ExecuteAsync([], ct);
    }
}
