using Npgsql;
using Provisioner.Postgres;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <summary>
/// One of the two databases of a move, by a session of the control plane's own that is kept from act to act. Each act may be
/// repeated. What a move needs inside a tenant's database lies in a schema of its own, <c>_move</c>.
/// </summary>
/// <param name="isLost">The server is gone for good with all that was on it: nothing is taken away there any more, and nothing else can be done.</param>
public sealed partial class MoveSide(PostgresServer server, TenantDatabaseName name, MoveNames move, bool isLost = false) : IAsyncDisposable
{
    /// <summary>How long a change of a table waits for the tenant's own work before it lets that pass and tries again.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(500);

    private NpgsqlConnection? session;

    public TenantDatabaseName Name => name;

    /// <summary>For messages.</summary>
    public string Place => $"{name.Database} on {server.Host}:{server.Port}";

    internal PostgresServer Server => server;

    internal MoveNames Move => move;

    /// <summary>
    /// Makes the schema, and the role by which the other server reads here and by which rows from there are written. It is a member of
    /// the owner role: so it may do in this database what the owner may, and nothing anywhere else.
    /// </summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        await server.ExecuteAloneAsync(
            name,
            $"""
            {PostgresServer.CreateIfMissing(move.Role, server.Tag(name))}
            alter role {Name(move.Role)} nosuperuser nocreatedb nocreaterole nobypassrls inherit replication login password {Literal(server.VerifierOf(move.Role))};
            grant {Name(name.Owner)} to {Name(move.Role)};
            """,
            ct);
        await ExecuteAsync(Block($"{Guards.OneAtATime(name.Database)} {MoveSchema.Create(name)}"), ct);
    }

    /// <summary>Whether the database is there, and ours.</summary>
    public async Task<bool> IsThereAsync(CancellationToken ct) => !isLost && await server.HasDatabaseAsync(name, ct);

    /// <summary>Drops the database with its roles, and what the move has made beside it.</summary>
    public async Task DropAsync(CancellationToken ct)
    {
        if (isLost)
        {
            return;
        }

        await DisposeAsync();
        await server.DropDatabaseAsync(name, ct);
        await CleanAsync(ct);
        await server.DropRolesAsync(name, ct);
    }

    /// <summary>Takes away the schema, the freeze and the role, and gives tables the replica identity that they had.</summary>
    public async Task CleanAsync(CancellationToken ct)
    {
        if (isLost)
        {
            return;
        }

        if (await server.HasDatabaseAsync(name, ct))
        {
            await UnfreezeAsync(ct);
            await RestoreIdentitiesAsync(ct);
            await ExecuteAsync("drop schema if exists _move cascade", ct);
        }

        await server.ExecuteAloneAsync(name, PostgresServer.DropIfThere(move.Role, server.Tag(name)), ct);
    }

    /// <summary>
    /// Refuses changes of the schema from here on, except to temporary objects: rows of a changed table would not arrive. The
    /// control plane's own are let through.
    /// </summary>
    public Task FreezeAsync(CancellationToken ct) => ExecuteAsync(Block(MoveSchema.Freeze(move.Freeze)), ct);

    public Task UnfreezeAsync(CancellationToken ct) =>
        ExecuteAsync($"drop event trigger if exists {Name(move.Freeze)}; drop event trigger if exists {Name(move.Freeze + "d")}", ct);

    /// <summary>The control plane's session in this database.</summary>
    public async Task<NpgsqlConnection> SessionAsync(CancellationToken ct)
    {
        if (session is { FullState: System.Data.ConnectionState.Open })
        {
            return session;
        }

        await DisposeAsync();
        session = await server.OpenAsync(name.Database, ct);

        // Objects that a tenant made must not stand in for the system's.
        await PostgresServer.ExecuteAsync(session, "set search_path = pg_catalog", ct);
        return session;
    }

    /// <summary>Fails, in a way that passes, while the server is down; a session of before may not have noticed.</summary>
    internal async Task LogInAnewAsync(CancellationToken ct)
    {
        await DisposeAsync();
        await PostgresServer.ExecuteAsync(await SessionAsync(ct), "select", ct);
    }

    internal async Task ExecuteAsync(string sql, CancellationToken ct) => await PostgresServer.ExecuteAsync(await SessionAsync(ct), sql, ct);

    internal async Task<T?> ScalarAsync<T>(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, await SessionAsync(ct));
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync(ct) is T found ? found : default;
    }

    public async ValueTask DisposeAsync()
    {
        if (session is { } open)
        {
            session = null;
            await open.DisposeAsync();
        }
    }
}
