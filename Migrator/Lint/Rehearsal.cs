using System.Diagnostics;
using Migrator.Databases;
using Migrator.Fingerprints;
using Migrator.Sources;
using Migrator.Sql;
using Npgsql;

namespace Migrator.Lint;

/// <summary>
/// Runs each pending migration on a throw-away database, statement by statement, and reports what PostgreSQL did: which
/// existing tables were rewritten, read whole under which lock, held for how long, what a running release misses
/// afterwards, and whether the down script restores the schema.
/// </summary>
public sealed class Rehearsal(IReadOnlyList<Migration> migrations, MigratorOptions options)
{
    private static readonly SqlStatement DeferredChecks = new("set constraints all immediate", 1, []);

    /// <summary>Makes the database, rehearses, and removes it again.</summary>
    /// <param name="server">A login that may create databases and roles, on a server that is not busy.</param>
    /// <param name="source">A template or a tenant's copy to clone; null to begin with an empty database and rehearse every migration.</param>
    /// <param name="from">Migrations up to this version are applied without a report; null reports on all that are pending.</param>
    /// <param name="objectOwner">The role that owns what is in the source; null is the one that owns the source itself.</param>
    /// <param name="name">Names the database and its role, so that one left by a crash of the same rehearsal is found and removed; null for any.</param>
    /// <exception cref="MigrationException">The database could not be made, or a migration up to <paramref name="from"/> failed.</exception>
    public async Task<IReadOnlyList<LintReport>> RunAsync(string server, string? source, string? from, CancellationToken ct, string? objectOwner = null, string? name = null)
    {
        await using var database = await RehearsalDatabase.CreateAsync(server, source, objectOwner, name, ct);
        return await RunInAsync(database.Target, from, ct);
    }

    /// <summary>Rehearses in a database that the caller has made for it and throws away afterwards: it is migrated then.</summary>
    /// <param name="from">Migrations up to this version are applied without a report; null reports on all that are pending.</param>
    /// <exception cref="MigrationException">A migration up to <paramref name="from"/> failed.</exception>
    public async Task<IReadOnlyList<LintReport>> RunInAsync(DatabaseTarget copy, string? from, CancellationToken ct)
    {
        await using var sessions = new DatabaseSessions("migrator lint");
        await using var session = await sessions.OpenAsync(copy, ct);
        if (from is not null) await new DatabaseMigrator(migrations, options with { To = from }).ApplyAsync(session.Connection, session.Owner, ct);

        // A dry run reads history and plan without taking anything.
        var pending = (await new MigrationCheck([.. migrations.Select(m => m with { Verify = null })], options).RunAsync(session.Connection, session.Owner, ct)).Pending.ToHashSet(StringComparer.Ordinal);
        var reports = new List<LintReport>();
        foreach (var migration in migrations.Where(m => pending.Contains(m.Id)))
        {
            var to = migration.Kind == MigrationKind.Repeatable ? null : migration.Version;
            var engine = new DatabaseMigrator(migrations, options with { To = to, AllowOutOfOrder = true });
            var (report, failed) = await RehearseAsync(session.Connection, migration, () => engine.ApplyAsync(session.Connection, session.Owner, ct), ct);
            reports.Add(report);
            if (failed) break;
        }

        return reports;
    }

    private static async Task<(LintReport Report, bool Failed)> RehearseAsync(NpgsqlConnection connection, Migration migration, Func<Task> apply, CancellationToken ct)
    {
        await ExecuteAsync(connection, "analyze", ct);
        var clock = Stopwatch.StartNew();
        try
        {
            var seen = migration.Transactional ? await InTransactionAsync(connection, migration, ct) : await OutsideAsync(connection, migration, apply, ct);
            if (migration.Transactional) await apply();
            return (new LintReport(migration.Id, clock.Elapsed, Locks(seen), [.. LintRules.Judge(seen)]), false);
        }
        catch (MigrationException e) when (e.Code is MigrationError.Statement or MigrationError.Locked)
        {
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open)) await ExecuteAsync(connection, "rollback", CancellationToken.None);
            var finding = new LintFinding(migration.Id, migration.File, e.Line, $"It fails: {e.Reason}", "Fix the statement; on the fleet the run would stop here", Allowed: null);
            return (new LintReport(migration.Id, clock.Elapsed, [], [finding]), true);
        }
    }

    /// <summary>Runs it and, where there is a down script, that one too; then rolls everything back, to be applied by the engine itself.</summary>
    private static async Task<MigrationSeen> InTransactionAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        var surface = await ReleaseSurface.ReadAsync(connection, ct);
        var fingerprint = migration.Down is null ? null : await SchemaFingerprint.ComputeAsync(connection, ct: ct);
        await ExecuteAsync(connection, "begin", ct);
        var tables = await Observation.ReadAsync(connection, ct);
        var existing = tables.Keys.ToHashSet();
        var statements = new List<StatementSeen>();
        foreach (var statement in migration.Up)
        {
            var clock = Stopwatch.StartNew();
            await ExecuteAsync(connection, migration, statement, ct);
            var took = clock.Elapsed;
            var after = await Observation.ReadAsync(connection, ct);
            statements.Add(new StatementSeen(statement, took, tables, after));
            tables = after;
        }

        await ExecuteAsync(connection, migration, DeferredChecks, ct);
        var afterwards = await ReleaseSurface.ReadAsync(connection, ct);
        IReadOnlyList<string>? restored = null;
        if (fingerprint is not null)
        {
            foreach (var statement in migration.Down!) await ExecuteAsync(connection, migration, statement, ct);
            restored = [.. SchemaDifference.Between(fingerprint, await SchemaFingerprint.ComputeAsync(connection, ct: ct)).Select(difference => difference.ToString())];
        }

        await ExecuteAsync(connection, "rollback", ct);
        return new MigrationSeen(migration, existing, statements, surface, afterwards, restored);
    }

    // What it locks while it runs cannot be seen from its own session; what it rewrote can.
    private static async Task<MigrationSeen> OutsideAsync(NpgsqlConnection connection, Migration migration, Func<Task> apply, CancellationToken ct)
    {
        var surface = await ReleaseSurface.ReadAsync(connection, ct);
        var before = await Observation.ReadAsync(connection, ct);
        var clock = Stopwatch.StartNew();
        await apply();
        var took = clock.Elapsed;
        var after = await Observation.ReadAsync(connection, ct);
        var seen = new StatementSeen(migration.Up[0], took, before, after);
        return new MigrationSeen(migration, before.Keys.ToHashSet(), [seen], surface, await ReleaseSurface.ReadAsync(connection, ct), null);
    }

    private static List<LockSeen> Locks(MigrationSeen seen)
    {
        var locks = new Dictionary<uint, LockSeen>();
        foreach (var statement in seen.Statements)
        {
            foreach (var table in statement.After.Values.Where(t => t.Lock is not null && seen.Existing.Contains(t.Oid)))
            {
                var held = locks.TryGetValue(table.Oid, out var known) ? known.Held + statement.Took : statement.Took;
                locks[table.Oid] = new LockSeen(table.Name, table.Lock!.Value, held);
            }
        }

        return [.. locks.Values.OrderByDescending(seenLock => seenLock.Mode).ThenBy(seenLock => seenLock.Table, StringComparer.Ordinal)];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, Migration migration, SqlStatement statement, CancellationToken ct)
    {
        try
        {
            await ExecuteAsync(connection, statement.Text, ct);
        }
        catch (PostgresException e)
        {
            throw StatementFailure.Explain(e, migration, statement);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
