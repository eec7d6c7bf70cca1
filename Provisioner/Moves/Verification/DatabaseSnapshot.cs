using Provisioner.Postgres;

namespace Provisioner.Moves;

/// <summary>
/// A database as it was at one moment, held for as long as this lives. Meanwhile the server keeps what was deleted or replaced there
/// since: so it ends when nobody looks for an hour, with this process, or when its connection breaks.
/// </summary>
public sealed class DatabaseSnapshot : IAsyncDisposable
{
    // How values are written is set here, so that it does not depend on either server. Of limits of time a server may know some or not.
    // The server notices within half a minute that we are gone, though our host may have said nothing.
    private const string Settings =
        """
        set datestyle = 'ISO, YMD';
        set timezone = 'UTC';
        set intervalstyle = 'postgres';
        set extra_float_digits = 3;
        set bytea_output = 'hex';
        set lc_monetary = 'C';
        select set_config(name, '0', false) from pg_settings
        where name in ('statement_timeout', 'lock_timeout', 'idle_session_timeout', 'transaction_timeout');
        set idle_in_transaction_session_timeout = '1h';
        set tcp_keepalives_idle = 10;
        set tcp_keepalives_interval = 5;
        set tcp_keepalives_count = 3;
        set client_connection_check_interval = '10s';
        """;

    // Every act ends by going back to the savepoint: so locks of tables are let go, and an error does not end the transaction.
    private const string Take = "begin isolation level repeatable read, read only; select 1; savepoint taken";

    private DatabaseSnapshot(CatalogSession session) => Session = session;

    internal CatalogSession Session { get; }

    /// <summary>Logs in and gets everything ready, but takes no snapshot yet.</summary>
    public static async Task<DatabaseSnapshot> OpenAsync(PostgresServer server, TenantDatabaseName name, CancellationToken ct)
    {
        var session = await CatalogSession.OpenAsync(server, name.Database, ct);
        try
        {
            await session.ExecuteAsync(Settings, ct);
            return new DatabaseSnapshot(session);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in and takes the snapshot.</summary>
    public static async Task<DatabaseSnapshot> TakeAsync(PostgresServer server, TenantDatabaseName name, CancellationToken ct)
    {
        var snapshot = await OpenAsync(server, name, ct);
        try
        {
            await snapshot.TakeAsync(ct);
            return snapshot;
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the snapshot, once, in one round trip: what was committed before is in it, what is committed afterwards is not.</summary>
    public Task TakeAsync(CancellationToken ct) => Session.ExecuteAsync(Take, ct);

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    /// <summary>Lets locks go; what was read stays as of the snapshot.</summary>
    internal Task LetGoAsync(CancellationToken ct) => Session.ExecuteAsync("rollback to savepoint taken", ct);
}
