using System.Globalization;
using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>The advisory lock that lets one run at a time work on a database, and what must be known once it is held.</summary>
/// <param name="ef">EF Core's history; null where no EF migrations were asked for.</param>
internal sealed class DatabaseLock(EfHistoryRow? ef, MigratorOptions options)
{
    // "migrator" in ASCII; advisory locks are per database.
    internal const long Key = 0x6D69677261746F72;

    // A database is mostly like the one before it: it has a history, or it is new too.
    private volatile bool expectHistory = true;

    /// <summary>Takes the lock for as long as the connection is open, checks who we are, and reads the history. One round trip where there is one.</summary>
    /// <exception cref="MigrationException">Another run holds it (by name), or the connection has rights it must not have.</exception>
    /// <param name="isNew">That the connection is a <see cref="DatabaseSession"/>'s and has the settings it was opened with.</param>
    public async Task<HistoryState> TakeAsync(NpgsqlConnection connection, OwnerRole? owner, CancellationToken ct, bool isNew = false)
    {
        try
        {
            // Planned in a new session, a look at pg_roles costs as much as the rest of it.
            if (owner is not null && !IsPlain(connection, owner)) await CheckRightsAsync(connection, owner, ct);
            var (current, history) = await AskAsync(connection, isNew, ct);
            if (owner is not null) CheckRole(current, owner);
            if (history is not null) return history;

            history = await HistoryTable.ReadAsync(connection, ef, ct);
            expectHistory = history.TableExists && (ef is null || history.EfTableExists);
            return history;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new MigrationException(MigrationError.Busy, $"{await HolderAsync(connection, ct)} is migrating this database. Wait for it, or stop it first.", e) { SqlState = e.SqlState };
        }
    }

    /// <summary>Takes the lock and tells who we are; the history is null where it has to be asked for on its own.</summary>
    private async Task<(string Current, HistoryState? History)> AskAsync(NpgsqlConnection connection, bool isNew, CancellationToken ct)
    {
        var current = "";
        var opensTransaction = !options.DryRun && !isNew;
        try
        {
            var withHistory = expectHistory;
            await using var batch = new NpgsqlBatch(connection);

            // Whatever the database's default is: each statement must see what the run before us committed while we waited.
            if (opensTransaction) batch.BatchCommands.Add(new("begin isolation level read committed"));
            if (!isNew || options.RunLockTimeout != DatabaseSession.LockTimeout) batch.BatchCommands.Add(new(string.Create(CultureInfo.InvariantCulture, $"set lock_timeout = {(long)options.RunLockTimeout.TotalMilliseconds}")));
            batch.BatchCommands.Add(new(options.DryRun ? "select current_user" : string.Create(CultureInfo.InvariantCulture, $"select current_user, pg_catalog.pg_advisory_lock({Key})")));
            foreach (var query in withHistory ? HistoryTable.Queries(ef) : []) batch.BatchCommands.Add(query);
            if (opensTransaction) batch.BatchCommands.Add(new("commit"));
            await using var reader = await batch.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            current = reader.GetString(0);
            if (!withHistory) return (current, null);
            await reader.NextResultAsync(ct);
            return (current, await HistoryTable.ReadAsync(reader, ef, ours: true, theirs: ef is not null, ct));
        }
        catch (PostgresException e) when (!Unreachable.Is(e))
        {
            // The lock stays all the same: it is the session's, not the transaction's.
            await using var rollback = new NpgsqlCommand("rollback", connection);
            if (opensTransaction) await rollback.ExecuteNonQueryAsync(CancellationToken.None);
            if (e.SqlState != PostgresErrorCodes.UndefinedTable) throw;
            return (current, null);
        }
    }

    // PostgreSQL tells these two at log-in.
    private static bool IsPlain(NpgsqlConnection connection, OwnerRole owner) =>
        owner.IsKnownPlain
        && connection.PostgresParameters.TryGetValue("session_authorization", out var login) && string.Equals(login, owner.Name, StringComparison.Ordinal)
        && connection.PostgresParameters.TryGetValue("is_superuser", out var superuser) && superuser is "off";

    private static async Task CheckRightsAsync(NpgsqlConnection connection, OwnerRole owner, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select bool_or(rolsuper or rolcreaterole) from pg_catalog.pg_roles where rolname in (current_user, session_user)", connection);
        if (await command.ExecuteScalarAsync(ct) is not false) throw OwnerLogins.Mighty(owner.Name);
    }

    private static void CheckRole(string current, OwnerRole owner)
    {
        if (!string.Equals(current, owner.Name, StringComparison.Ordinal))
        {
            throw new MigrationException(MigrationError.Role, $"The connection runs as {current}, not as the owner role {owner}. Grant {owner} to it, or use a login that may alter roles.");
        }
    }

    private static async Task<string> HolderAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select format('%s (process %s, since %s)', coalesce(nullif(a.application_name, ''), 'another session'), l.pid, to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS UTC'))
            from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
              and (l.classid::bigint << 32 | l.objid::bigint) = $1
            """,
            connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = Key } } };
        return await command.ExecuteScalarAsync(ct) as string ?? "Another run, which has just ended,";
    }
}
