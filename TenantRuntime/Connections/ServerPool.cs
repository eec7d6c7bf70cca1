using Npgsql;

namespace TenantRuntime.Connections;

/// <summary>
/// The budget of connections to one physical server, shared by all its tenants. Hits are served at once; new
/// connections are opened a few at a time, first come first, at the cost of the idle one that is used least. What is
/// in use is never closed, and the budget is never exceeded.
/// </summary>
internal sealed partial class ServerPool(Guid serverId, ConnectionOptions options, int firstLimit, DatabaseOpener opener, TimeProvider time)
{
    // By then a firewall between may have forgotten the connection without telling.
    private static readonly TimeSpan LongestTrust = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    // Simulated with few busy tenants and many quiet ones (Zipf 1.0), 100 connections for 1,000 databases: 67 % of uses find theirs open; 58 % where the one
    // that rests longest goes. A longer span finds a little more, but takes longer to notice that others have become busy.
    private readonly Worth worth = new(span: 10 * options.PerServer);
    private readonly IdleList idle = new();
    private readonly LinkedList<ConnectionWaiter> queue = new();
    private int limit = firstLimit;
    private int total;
    private int opening;
    private int breakdowns;
    private int pressure;
    private long tickets;
    private TimeSpan openTime = TimeSpan.FromMilliseconds(10);

    public Guid ServerId { get; } = serverId;

    /// <summary>Hands out a connection to the database, waiting in line for it if need be.</summary>
    /// <exception cref="ServerBusyException">None became free within the queue time-out.</exception>
    /// <exception cref="RouteChangedException">The database is no longer where the tenant lives.</exception>
    public async ValueTask<ServerConnection> AcquireAsync(DatabasePool database, CancellationToken ct)
    {
        var deadline = time.GetTimestamp() + (long)(options.QueueTimeout.TotalSeconds * time.TimestampFrequency);
        while (true)
        {
            var connection = TryTakeIdle(database, out var waiter) ?? await WaitAsync(waiter!, deadline, ct);
            if (await WorksAsync(connection, ct))
            {
                return connection;
            }
        }
    }

    /// <summary>Ends a use. A connection that may carry something over is cleared first; one that cannot be, closed.</summary>
    /// <param name="lost">The use did not end properly, so nothing is known about the connection.</param>
    public async ValueTask ReturnAsync(ServerConnection connection, bool lost)
    {
        var works = await connection.EndUseAsync();
        if (!works)
        {
            Interlocked.Increment(ref breakdowns);
        }

        if (lost || !works || (connection.NeedsReset && !await TryResetAsync(connection)) || !TryKeep(connection))
        {
            await DiscardAsync(connection);
        }
    }

    /// <summary>Nothing more is handed out for this database; idle connections are closed now, others when they come back.</summary>
    public async ValueTask RetireAsync(DatabasePool database)
    {
        var closing = new List<ServerConnection>();
        lock (gate)
        {
            database.IsRetired = true;
            while (idle.Pop(database) is { } connection)
            {
                closing.Add(connection);
            }

            while (database.Waiters.First is { } first)
            {
                Remove(first.Value);
                first.Value.SetException(new RouteChangedException());
            }

            database.CheckDrained();
        }

        await CloseAsync(closing);
    }

    /// <summary>Opens a connection ahead of the first request, if there is room that nobody waits for.</summary>
    public async ValueTask WarmUpAsync(DatabasePool database, CancellationToken ct)
    {
        lock (gate)
        {
            if (database.IsRetired || database.Alive > 0 || queue.Count > 0 || opening > 0 || total >= limit - Headroom)
            {
                return;
            }
        }

        await ReturnAsync(await AcquireAsync(database, ct), lost: false);
    }

    private async ValueTask<ServerConnection> OpenAsync(DatabasePool database, ConnectionGrant grant, long deadline, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        ServerConnection? opened = null;
        var closing = Task.CompletedTask;
        try
        {
            closing = grant.Victim?.CloseAsync().AsTask() ?? closing;
            if (grant.CloseFirst)
            {
                await closing;
            }

            opened = await opener.OpenAsync(database, Left(deadline), ct);
        }
        finally
        {
            await closing;
            Opened(database, opened, time.GetElapsedTime(began), victimGone: grant is { Victim: not null, CloseFirst: false });
        }

        if (database.IsRetired)
        {
            await DiscardAsync(opened);
            throw new RouteChangedException();
        }

        return opened;
    }

    private void Opened(DatabasePool database, ServerConnection? opened, TimeSpan took, bool victimGone)
    {
        lock (gate)
        {
            opening--;
            database.Opening--;
            total -= victimGone ? 1 : 0;
            if (opened is null)
            {
                total--;
                database.Alive--;
                EnqueueUpToCap(database);
                database.CheckDrained();
            }
            else
            {
                openTime += (took - openTime) / 8;
                opened.Breakdowns = breakdowns;
                (opened.Worth, database.LostWorth) = (database.LostWorth, 0);
                EnqueueUpToCap(database);
            }

            Pump();
        }
    }

    /// <summary>Makes an ended use's connection available, or says that it has to go.</summary>
    private bool TryKeep(ServerConnection connection)
    {
        lock (gate)
        {
            var database = connection.Database;
            if (database.IsRetired || total > limit || time.GetElapsedTime(connection.OpenedAt) > options.Lifetime)
            {
                return false;
            }

            connection.ReturnedAt = time.GetTimestamp();
            connection.Worth = worth.Use(connection.Worth);
            connection.Breakdowns = breakdowns;
            if (database.Waiters.First is not { } next)
            {
                idle.Push(connection);
                Pump();
                return true;
            }

            if (SomebodyElseIsDue(next.Value))
            {
                return false;
            }

            Grant(next.Value, new ConnectionGrant(connection, Victim: null, CloseFirst: false));
            return true;
        }
    }

    private async ValueTask DiscardAsync(ServerConnection connection)
    {
        await connection.CloseAsync();
        Closed([connection]);
    }

    /// <summary>A connection that rested is looked at before it is trusted with work; one that rested long, or whose server broke down since, is asked.</summary>
    private async ValueTask<bool> WorksAsync(ServerConnection connection, CancellationToken ct)
    {
        if (connection.Breakdowns == Volatile.Read(ref breakdowns)
            && time.GetElapsedTime(connection.ReturnedAt) is var rest
            && (rest < options.TrustedRest || (rest < LongestTrust && connection.LooksAlive())))
        {
            return true;
        }

        try
        {
            await connection.PingAsync(ct);
            connection.Breakdowns = Volatile.Read(ref breakdowns);
            return true;
        }
        catch (NpgsqlException)
        {
            Interlocked.Increment(ref breakdowns);
            await DiscardAsync(connection);
            return false;
        }
        catch (OperationCanceledException)
        {
            await DiscardAsync(connection);
            throw;
        }
    }

    private async ValueTask<bool> TryResetAsync(ServerConnection connection)
    {
        try
        {
            using var limited = new CancellationTokenSource(options.QueueTimeout, time);
            await connection.ResetAsync(limited.Token);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or InvalidOperationException)
        {
            // The connection broke, or something holds it up. Closing it clears everything as well.
            return false;
        }
    }
}
