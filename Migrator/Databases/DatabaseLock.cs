using System.Globalization;
using Migrator.History;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Databases;

/// <summary>The advisory lock that lets one run at a time work on a database, and what must be known once it is held.</summary>
internal static class DatabaseLock
{
    // "migrator" in ASCII; advisory locks are per database.
    internal const long Key = 0x6D69677261746F72;

    /// <summary>Takes the lock for as long as the connection is open, checks who we are, and reads the history.</summary>
    /// <exception cref="MigrationException">Another run holds it (by name), or the connection has rights it must not have.</exception>
    public static async Task<HistoryState> TakeAsync(NpgsqlConnection connection, EfHistoryRow? ef, string? owner, MigratorOptions options, CancellationToken ct)
    {
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new(string.Create(CultureInfo.InvariantCulture, $"set lock_timeout = {(long)options.RunLockTimeout.TotalMilliseconds}")));
            if (!options.DryRun) batch.BatchCommands.Add(new(string.Create(CultureInfo.InvariantCulture, $"select pg_catalog.pg_advisory_lock({Key})")));
            batch.BatchCommands.Add(new($"select current_user, (select bool_or(rolsuper or rolcreaterole) from pg_catalog.pg_roles where rolname in (current_user, session_user)), {HistoryTable.Exists(ef)}"));

            bool ours, theirs;
            await using (var reader = await batch.ExecuteReaderAsync(ct))
            {
                if (!options.DryRun) await reader.NextResultAsync(ct);
                await reader.ReadAsync(ct);
                if (owner is not null) CheckRole(reader.GetString(0), reader.GetBoolean(1), owner);
                (ours, theirs) = (reader.GetBoolean(2), reader.GetBoolean(3));
            }

            return await HistoryTable.ReadAsync(connection, ef, ours, theirs, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new MigrationException(MigrationError.Busy, $"{await HolderAsync(connection, ct)} is migrating this database. Wait for it, or stop it first.", e) { SqlState = e.SqlState };
        }
    }

    private static void CheckRole(string current, bool mighty, string owner)
    {
        if (mighty)
        {
            throw new MigrationException(MigrationError.Role, $"The session of {current} for the owner role {owner} could act as a superuser or alter roles, and code planted in the database could too. Make a plain role the owner: create role …; alter database … owner to ….");
        }

        if (!string.Equals(current, owner, StringComparison.Ordinal))
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
