using System.Diagnostics;
using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Moves;

/// <summary>
/// A superuser's session that only looks, and only at what PostgreSQL itself made: in a tenant's database, views, functions and even
/// casts under a name of ours may be the tenant's, and would run with our power.
/// </summary>
internal sealed class CatalogSession : IAsyncDisposable
{
    /// <summary>Of the measured round trips the shortest counts; the others waited for something.</summary>
    private const int Pings = 5;

    /// <summary>What pg_dump sets too: a table that is replaced by a view of the same name under our eyes is refused. Older servers do not know it.</summary>
    private const string Harmless =
        """
        set search_path = '';
        set default_transaction_read_only = on;
        set lock_timeout = '10s';
        select set_config(name, 'view, foreign-table', false) from pg_settings where name = 'restrict_nonsystem_relation_kind';
        """;

    private CatalogSession(NpgsqlConnection connection, string place)
    {
        Connection = connection;
        Place = place;
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>The server, for messages.</summary>
    public string Place { get; }

    public static async Task<CatalogSession> OpenAsync(PostgresServer server, string database, CancellationToken ct)
    {
        var session = new CatalogSession(await server.OpenAsync(database, ct), $"{server.Host}:{server.Port}");
        try
        {
            await session.ExecuteAsync(Harmless, ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="value">Of the parameter <c>$1</c>, where there is one.</param>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, object? value = null)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        if (value is not null)
        {
            command.Parameters.Add(new() { Value = value });
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The only row.</summary>
    public async Task<T> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, object? value = null) =>
        (await ListAsync(sql, read, ct, value))[0];

    public async Task<TimeSpan> RoundTripAsync(CancellationToken ct)
    {
        var shortest = TimeSpan.MaxValue;
        for (var i = 0; i < Pings; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await ExecuteAsync("select 1", ct);
            shortest = TimeSpan.FromTicks(Math.Min(shortest.Ticks, Stopwatch.GetElapsedTime(began).Ticks));
        }

        return shortest;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
