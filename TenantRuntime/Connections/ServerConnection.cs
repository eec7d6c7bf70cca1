using System.Data;
using Npgsql;

namespace TenantRuntime.Connections;

/// <summary>
/// One real connection to one tenant's database, verified, never used for another. Knows whether its present use may
/// have left something behind in the session, since Npgsql shows every command to <see cref="Observe(NpgsqlCommand)"/>.
/// </summary>
/// <param name="source">
/// Holds exactly this one connection. Each use borrows it anew: what an earlier user still does to its connection or
/// transaction object cannot reach a later one, and a transaction left open is rolled back.
/// </param>
internal sealed class ServerConnection(DatabasePool database, NpgsqlDataSource source, ServerLine line)
{
    private NpgsqlConnection? borrowed;
    private bool ours = true;
    private bool alwaysReset;
    private string? judged;
    private SqlEffect effect;

    public DatabasePool Database { get; } = database;

    /// <summary>The connection as the present use sees it.</summary>
    public NpgsqlConnection Npgsql => borrowed ?? throw new InvalidOperationException("This use of the connection has ended.");

    /// <summary>Neighbours in the server's list of idle connections, by time of return; owned by <see cref="IdleList"/>.</summary>
    public ServerConnection? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    public ServerConnection? Newer { get; set; }

    /// <summary>The idle connection of the same database that was returned before this one.</summary>
    public ServerConnection? Below { get; set; }

    public long OpenedAt { get; init; }

    public long ReturnedAt { get; set; }

    /// <summary>The <see cref="Worth"/> of keeping it.</summary>
    public double Worth { get; set; }

    /// <summary>The server's count of breakdowns when this was last known to work.</summary>
    public int Breakdowns { get; set; }

    /// <summary>Whether the session may hold a setting, a temporary object, a lock or a transaction that must not survive.</summary>
    public bool NeedsReset { get; private set; }

    /// <summary>Commands of the present use.</summary>
    public int Commands { get; private set; }

    /// <summary>Whether the first command of the present use only read.</summary>
    public bool BeganReading { get; private set; }

    /// <summary>The command EF Core is about to run; any other one was run behind its back.</summary>
    public NpgsqlCommand? Announced { get; set; }

    /// <summary>Whether EF Core has the connection, so that commands nobody announced are noticed.</summary>
    public bool Announces { get; set; }

    /// <summary>From here on commands are the application's.</summary>
    public void BeginUse(bool announces)
    {
        borrowed = source.OpenConnection();
        ours = false;
        Commands = 0;
        BeganReading = false;
        Announces = announces;
        NeedsReset = alwaysReset;
    }

    /// <summary>Ends the present use, and rolls back the transaction it may have left.</summary>
    /// <returns>Whether the connection still works.</returns>
    public async ValueTask<bool> EndUseAsync()
    {
        ours = true;
        Announced = null;
        if (borrowed is not { } used)
        {
            return true;
        }

        borrowed = null;
        var works = used.State == ConnectionState.Open;
        try
        {
            await used.DisposeAsync();
            return works;
        }
        catch (NpgsqlException)
        {
            // The rollback found the connection broken.
            return false;
        }
    }

    public void MustReset() => NeedsReset = true;

    /// <summary>The database has functions that can change the session from inside a trigger or view: trust no statement.</summary>
    public void AlwaysReset() => alwaysReset = true;

    public bool Observe(NpgsqlCommand command)
    {
        if (!ours)
        {
            // Without announcement, a transaction may have been begun too, which no command shows.
            NeedsReset |= command.IsPrepared || (Announces && !ReferenceEquals(command, Announced));
            Observe(command.CommandText);
        }

        return true;
    }

    public bool Observe(NpgsqlBatch batch)
    {
        if (!ours)
        {
            NeedsReset |= Announces;
            foreach (var command in batch.BatchCommands)
            {
                Observe(command.CommandText);
            }
        }

        return true;
    }

    public bool ObserveCopy()
    {
        Commands++;
        NeedsReset |= Announces;
        return true;
    }

    /// <summary>Clears the session between two uses.</summary>
    public async ValueTask ResetAsync(CancellationToken ct)
    {
        await using var npgsql = await source.OpenConnectionAsync(ct);
        npgsql.UnprepareAll();
        await using var command = new NpgsqlCommand("DISCARD ALL", npgsql);
        await command.ExecuteNonQueryAsync(ct);
        NeedsReset = false;
    }

    /// <summary>Whether, as far as one can see from here, the session still stands. Costs no round trip.</summary>
    public bool LooksAlive() => line.IsQuiet();

    /// <summary>One round trip; fails when the connection no longer works.</summary>
    public async ValueTask PingAsync(CancellationToken ct)
    {
        await using var npgsql = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("SELECT", npgsql) { CommandTimeout = 5 };
        await command.ExecuteNonQueryAsync(ct);
    }

    public ValueTask CloseAsync() => source.DisposeAsync();

    private void Observe(string sql)
    {
        // Mostly the same string again.
        if (!ReferenceEquals(sql, judged))
        {
            (judged, effect) = (sql, SessionState.Of(sql));
        }

        BeganReading |= Commands++ == 0 && effect.OnlyReads;
        NeedsReset |= effect.MayOutlive;
    }
}
