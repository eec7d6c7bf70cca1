using System.Collections.Concurrent;
using System.Globalization;
using Migrator.History;
using Npgsql;

namespace Migrator.Databases;

/// <summary>
/// Opens sessions on the databases of any number of servers, as their owner roles. Keeps one connection per server for
/// letting owners in; dispose it when the work is done.
/// </summary>
/// <param name="application">Shown in <c>pg_stat_activity</c>, so that the holder of a lock can be named.</param>
/// <param name="adminDatabase">Where a login that may alter roles does so.</param>
public sealed class DatabaseSessions(string application = "migrator", string adminDatabase = "postgres") : IAsyncDisposable
{
    private const int LoginAttempts = 20;

    private readonly ConcurrentDictionary<string, Lazy<Task<ServerLogin>>> servers = new(StringComparer.Ordinal);

    /// <summary>
    /// Histories are all that is read. Where the login is a superuser's, it then reads them itself (<see cref="HistoryCopy"/>) and lets no owner in, which
    /// costs as much as all the rest.
    /// </summary>
    public bool ReadHistories { get; init; }

    /// <summary>Connects to one database as its owner role; the caller disposes the session.</summary>
    /// <exception cref="MigrationException">The server is away, or the role to run as is missing or not allowed.</exception>
    public async Task<DatabaseSession> OpenAsync(DatabaseTarget target, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(target.ConnectionString) { ApplicationName = application };

        // Whoever logs in by password has no ticket to encrypt with, and to look for one at each login takes its time.
        if (settings is { Password.Length: > 0, GssEncryptionMode: GssEncryptionMode.Prefer }) settings.GssEncryptionMode = GssEncryptionMode.Disable;
        try
        {
            if (target.OwnerRole is null || string.Equals(target.OwnerRole, settings.Username, StringComparison.Ordinal))
            {
                return await DatabaseSession.OpenAsync(settings, target.OwnerRole, ct);
            }

            var server = await ServerAsync(settings, ct);
            if (ReadHistories && server.IsSuperuser)
            {
                return await DatabaseSession.OpenAsync(settings, owner: null, ct, readsHistoriesOnly: true);
            }

            var owner = string.Equals(target.OwnerRole, DatabaseTarget.DatabaseOwner, StringComparison.Ordinal) ? await server.OwnerOfAsync(target.Database, ct) : target.OwnerRole;
            if (server.Owners is not null) return await OpenAsOwnerAsync(server.Owners, settings, owner, ct);

            settings.Options = string.Create(CultureInfo.InvariantCulture, $"{settings.Options} -c role={EscapeOption(owner)}").TrimStart();
            return await DatabaseSession.OpenAsync(settings, owner, ct);
        }
        catch (NpgsqlException e)
        {
            throw Explain(e).In(target.Database);
        }
        catch (MigrationException e)
        {
            throw e.In(target.Database);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers.Values)
        {
            if (server.Value.IsCompletedSuccessfully) await (await server.Value).DisposeAsync();
        }
    }

    private static async Task<DatabaseSession> OpenAsOwnerAsync(OwnerLogins owners, NpgsqlConnectionStringBuilder settings, string owner, CancellationToken ct)
    {
        var session = await LogInAsync(owners, settings, owner, ct);
        try
        {
            // An open session does not need the password any more, so nobody else shall be able to use it.
            await owners.RevokeAsync(owner, CancellationToken.None);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static async Task<DatabaseSession> LogInAsync(OwnerLogins owners, NpgsqlConnectionStringBuilder settings, string owner, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            settings.Username = owner;
            settings.Password = await owners.AllowAsync(owner, ct);
            try
            {
                return await DatabaseSession.OpenAsync(settings, new OwnerRole(owner) { IsKnownPlain = true }, ct);
            }
            catch (PostgresException e) when (attempt < LoginAttempts && e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
            {
                // Another run let the same owner in or out between our two steps.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 * attempt)), ct);
            }
            catch
            {
                await owners.RevokeAsync(owner, CancellationToken.None);
                throw;
            }
        }
    }

    private async Task<ServerLogin> ServerAsync(NpgsqlConnectionStringBuilder settings, CancellationToken ct)
    {
        var database = settings.Database;
        settings.Database = adminDatabase;
        var key = settings.ConnectionString;
        settings.Database = database;
        var server = servers.GetOrAdd(key, k => new Lazy<Task<ServerLogin>>(() => ConnectAsync(k, database)));
        try
        {
            return await server.Value.WaitAsync(ct);
        }
        catch (NpgsqlException)
        {
            // The next target of this server asks again instead of meeting the same failure for ever.
            servers.TryRemove(new(key, server));
            throw;
        }
    }

    private static Task<ServerLogin> ConnectAsync(string connectionString, string? database)
    {
        // A login that a crash forgets was let in for a moment only, so nobody waits for the disk.
        var admin = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true, MaxPoolSize = 1, MaxAutoPrepare = 2, AutoPrepareMinUsages = 2 };
        admin.Options = $"{admin.Options} -c synchronous_commit=off".TrimStart();
        return ServerLogin.ConnectAsync(admin.ConnectionString, new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = database }.ConnectionString);
    }

    private static string EscapeOption(string value) =>
        value.Replace("\\", @"\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);

    private static MigrationException Explain(NpgsqlException e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } p => new(MigrationError.Refused, $"{p.MessageText}. Check the name, or take it off the list.", e) { SqlState = p.SqlState },
        PostgresException p when !Unreachable.Is(e) => new(MigrationError.Role, $"The login was refused: {p.MessageText}. Check user, password and pg_hba.conf.", e) { SqlState = p.SqlState },
        _ => Unreachable.From(e),
    };

    private sealed class ServerLogin(NpgsqlDataSource admin, OwnerLogins? owners) : IAsyncDisposable
    {
        /// <summary>Whether its sessions have that right from the beginning.</summary>
        public bool IsSuperuser { get; private init; }

        /// <summary>Null when the login may not alter roles.</summary>
        public OwnerLogins? Owners { get; } = owners;

        public async Task<string> OwnerOfAsync(string database, CancellationToken ct)
        {
            await using var command = admin.CreateCommand("select pg_get_userbyid(datdba)::text from pg_catalog.pg_database where datname = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = database });
            return await command.ExecuteScalarAsync(ct) as string
                ?? throw new MigrationException(MigrationError.Refused, $"There is no database {database} on this server. Check the name, or take it off the list.");
        }

        public static async Task<ServerLogin> ConnectAsync(string connectionString, string fallback)
        {
            var source = DatabaseSession.DataSource(connectionString);
            try
            {
                // The role of the session's user counts: a connection string may set another one.
                await using var command = source.CreateCommand("select rolsuper or rolcreaterole, current_setting('is_superuser') = 'on', clock_timestamp() from pg_catalog.pg_roles where rolname = session_user");
                await using var row = await command.ExecuteReaderAsync();
                await row.ReadAsync();
                var (altersRoles, isSuperuser, now) = (row.GetBoolean(0), row.GetBoolean(1), await row.GetFieldValueAsync<DateTimeOffset>(2));
                return new ServerLogin(source, altersRoles ? new OwnerLogins(source, isSuperuser, now) : null) { IsSuperuser = isSuperuser };
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidCatalogName)
            {
                // No admin of the server; whether it may at least become the owner shows in the database itself.
                await source.DisposeAsync();
                return new ServerLogin(DatabaseSession.DataSource(fallback), null);
            }
            catch
            {
                await source.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            Owners?.Dispose();
            await admin.DisposeAsync();
        }
    }
}
