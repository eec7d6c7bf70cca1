using System.Globalization;
using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>
/// Looks whether a database is what the files say: history against files, then each applied migration's verify script.
/// Reads only, waits for nobody.
/// </summary>
public sealed class MigrationCheck(IReadOnlyList<Migration> migrations, MigratorOptions options)
{
    private readonly DatabaseLock databaseLock = new(EfHistoryRow.Of(migrations), options with { DryRun = true });

    /// <summary>Whether it reads nothing but histories, so that sessions for that are enough (<see cref="DatabaseSessions.ReadHistories"/>).</summary>
    public bool ReadsHistoriesOnly { get; } = migrations.All(m => m is { Verify: null, Ef: null });

    /// <inheritdoc cref="RunAsync(NpgsqlConnection, OwnerRole?, CancellationToken)"/>
    public Task<DatabaseReport> RunAsync(DatabaseSession session, CancellationToken ct) => session.ReadsHistoriesOnly
        ? ReadsHistoriesOnly ? RunAsync(session.Connection, () => HistoryCopy.ReadAsync(session.Connection, ct), ct) : throw new InvalidOperationException("A verify script must run as the owner.")
        : RunAsync(session.Connection, session.Owner, ct);

    /// <summary>Returns what is pending.</summary>
    /// <exception cref="MigrationException">History and files contradict each other, or a verify query returned false.</exception>
    public Task<DatabaseReport> RunAsync(NpgsqlConnection connection, OwnerRole? owner, CancellationToken ct) =>
        RunAsync(connection, () => databaseLock.TakeAsync(connection, owner, ct), ct);

    private Task<DatabaseReport> RunAsync(NpgsqlConnection connection, Func<Task<HistoryState>> read, CancellationToken ct) =>
        DatabaseFailure.ExplainAsync(connection, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            var history = await read();
            var plan = MigrationPlan.Create(migrations, history.Rows, options);
            var applied = history.Rows.Where(row => row.Finished).Select(row => row.Version).ToHashSet(StringComparer.Ordinal);
            foreach (var migration in migrations.Where(m => m.Verify is not null && applied.Contains(m.Version)))
            {
                await VerifyAsync(connection, migration, ct);
            }

            return new DatabaseReport(connection.Database, history.Head, history.Head, [], [.. plan.Pending.Concat(plan.Held).Select(m => m.Id)], 0, TimeProvider.System.GetElapsedTime(started));
        });

    private async Task VerifyAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"begin read only; set local statement_timeout = {(long)options.StatementTimeout.TotalMilliseconds}"), ct);
        try
        {
            foreach (var statement in migration.Verify!)
            {
                object? result;
                try
                {
                    await using var command = new NpgsqlCommand(statement.Text, connection);
                    result = await command.ExecuteScalarAsync(ct);
                }
                catch (PostgresException e) when (!Unreachable.Is(e))
                {
                    throw StatementFailure.Explain(e, migration, statement);
                }

                if (result is false)
                {
                    throw new MigrationException(MigrationError.Refused, "The migration is applied, but its verify query returned false. Look at the data it is about") { File = migration.File, Line = statement.Line, Statement = statement.Short() };
                }
            }
        }
        finally
        {
            await ExecuteAsync(connection, "rollback", CancellationToken.None);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
