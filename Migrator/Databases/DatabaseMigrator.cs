using System.Diagnostics;
using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>
/// Brings databases to the head of a list of migrations. Each script and its history row are one transaction; several
/// runs on one database wait for each other; a database that is at the head costs one round trip.
/// </summary>
/// <param name="migrations">As an <see cref="IMigrationSource"/> returns them.</param>
public sealed class DatabaseMigrator(IReadOnlyList<Migration> migrations, MigratorOptions options, TimeProvider? time = null)
{
    private readonly EfHistoryRow? ef = EfHistoryRow.Of(migrations);
    private readonly DatabaseLock databaseLock = new(EfHistoryRow.Of(migrations), options);
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Opens the database as its owner role, migrates it and closes it.</summary>
    /// <exception cref="MigrationException">Names the database, and file, line and statement where there is one.</exception>
    public async Task<DatabaseReport> ApplyAsync(DatabaseTarget target, CancellationToken ct = default)
    {
        await using var sessions = new DatabaseSessions($"migrator {options.Run}");
        await using var session = await sessions.OpenAsync(target, ct);
        return await ApplyAsync(session, ct);
    }

    /// <summary>Migrates over a session that was not used yet.</summary>
    /// <exception cref="MigrationException">Names the database, and file, line and statement where there is one.</exception>
    public Task<DatabaseReport> ApplyAsync(DatabaseSession session, CancellationToken ct = default) =>
        DatabaseFailure.ExplainAsync(session.Connection, () => RunAsync(session.Connection, session.Owner, isNew: true, ct));

    /// <summary>Migrates over an open connection. Its settings are reset, and the advisory lock stays until it closes.</summary>
    /// <param name="connection">Runs the migrations with all the rights its login has.</param>
    /// <param name="owner">When given, the connection must run as this role and not as a superuser.</param>
    /// <exception cref="MigrationException">Names the database, and file, line and statement where there is one.</exception>
    public Task<DatabaseReport> ApplyAsync(NpgsqlConnection connection, OwnerRole? owner = null, CancellationToken ct = default) =>
        DatabaseFailure.ExplainAsync(connection, () => RunAsync(connection, owner, isNew: false, ct));

    private async Task<DatabaseReport> RunAsync(NpgsqlConnection connection, OwnerRole? owner, bool isNew, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var history = await databaseLock.TakeAsync(connection, owner, ct, isNew);
        var headBefore = history.Head;
        var run = new MigrationRun(connection, options, isNew);
        for (var retries = 0; ; retries++)
        {
            var plan = MigrationPlan.Create(migrations, history.Rows, options);
            if (options.DryRun) return Report(plan.Pending.Concat(plan.Held));
            try
            {
                await run.ApplyAsync(plan.Pending, history, LockTimeout(retries), ct);
                return Report(plan.Held);
            }
            catch (MigrationException e) when (e.Code is MigrationError.Locked or MigrationError.Statement)
            {
                // Migrations before the one that failed may have been committed.
                history = await HistoryTable.ReadAsync(connection, ef, ct);
                if (e.Code != MigrationError.Locked || retries + 1 >= options.LockAttempts) throw e.At(history.Head);
                await Task.Delay(options.LockPause * Math.Pow(2, retries) * (0.5 + Random.Shared.NextDouble()), time, ct);
            }

            DatabaseReport Report(IEnumerable<Migration> pending) => new(
                connection.Database,
                headBefore,
                run.Applied.Where(a => !IsRepeatable(a.Version)).Select(a => a.Version).Append(history.Head).Max(VersionOrder.Instance),
                run.Applied,
                [.. pending.Select(m => m.Id)],
                retries,
                clock.Elapsed);
        }
    }

    private TimeSpan LockTimeout(int retries)
    {
        var grown = options.LockTimeout * Math.Pow(2, retries);
        return grown < options.MaxLockTimeout ? grown : options.MaxLockTimeout;
    }

    private static bool IsRepeatable(string version) => version.StartsWith("R__", StringComparison.Ordinal);
}
