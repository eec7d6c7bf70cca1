using Npgsql;

namespace Provisioner.Postgres;

/// <summary>
/// A connection on which one actor at a time works on a name, for what cannot run inside a transaction. The server takes the
/// lock from an actor that says nothing for too long: its process is frozen, and others would wait for it for ever.
/// </summary>
public sealed class LockedConnection : IAsyncDisposable
{
    private readonly string name;

    private LockedConnection(NpgsqlConnection connection, string name)
    {
        Value = connection;
        this.name = name;
    }

    public NpgsqlConnection Value { get; }

    /// <summary>Waits for the actor before us, in whatever process it is.</summary>
    /// <param name="silence">How long the connection may be idle before the server ends it.</param>
    public static async Task<LockedConnection> OpenAsync(NpgsqlDataSource source, string name, TimeSpan silence, CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            await ExecuteAsync(connection, "pg_advisory_lock", name, silence, ct);
            return new LockedConnection(connection, name);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The pool resets a connection only when it is used again; until then the lock would stay. A broken one has lost it.
        if (Value.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await ExecuteAsync(Value, "pg_advisory_unlock", name, TimeSpan.Zero, CancellationToken.None);
        }

        await Value.DisposeAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string act, string name, TimeSpan silence, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select {act}(hashtextextended('controlplane:' || $1, 0)), set_config('idle_session_timeout', $2, false)", connection)
        {
            Parameters = { new() { Value = name }, new() { Value = $"{(long)silence.TotalMilliseconds}" } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }
}
