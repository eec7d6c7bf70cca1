using TenantRuntime.Telemetry;

namespace TenantRuntime.Connections;

/// <content>Who waits for a connection, for how long, and who gets the next one.</content>
internal sealed partial class ServerPool
{
    // One connection more where more than every ninth use finds none at hand, and that has gone on for a while.
    private const int ShortageWeight = 8;
    private const int WeightForOneMore = 64;
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMilliseconds(250);

    private ServerConnection? TryTakeIdle(DatabasePool database, out ConnectionWaiter? waiter)
    {
        waiter = null;
        lock (gate)
        {
            if (database.IsRetired)
            {
                throw new RouteChangedException();
            }

            if (idle.Pop(database) is { } connection)
            {
                database.Shortage = Math.Max(0, database.Shortage - 1);
                return connection;
            }

            if (database.Waiters.Count >= options.QueueLength)
            {
                throw Busy(database, $"{database.Waiters.Count} of its requests wait already");
            }

            // Now and then two come at once; where that is usual, one connection more is cheaper than all the waiting.
            database.Shortage += ShortageWeight;
            var isUsual = database.Shortage >= WeightForOneMore && HasRoom;
            database.Shortage = isUsual ? 0 : database.Shortage;
            waiter = new ConnectionWaiter(database, ++tickets) { Patience = database.Alive > 0 && !isUsual ? Patience() : TimeSpan.Zero };
            waiter.InLine = database.Waiters.AddLast(waiter);
            EnqueueUpToCap(database);
            Pump();
            return null;
        }
    }

    private async ValueTask<ServerConnection> WaitAsync(ConnectionWaiter waiter, long deadline, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        ConnectionGrant grant;
        if (waiter.IsPatient)
        {
            await ((Task)waiter.Task.WaitAsync(waiter.Patience, time, ct)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!waiter.Task.IsCompleted)
            {
                LosePatience(waiter);
            }
        }

        try
        {
            grant = await waiter.Task.WaitAsync(Left(deadline), time, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (TryLeave(waiter))
            {
                if (e is OperationCanceledException)
                {
                    throw;
                }

                Meters.TimedOut(ServerId);
                throw Busy(waiter.Database, $"none of its connections became free within {options.QueueTimeout.TotalSeconds:0.#} s");
            }

            // The answer came in the very moment of giving up. It must not be lost, so it is used.
            grant = await waiter.Task;
        }

        Meters.Waited(time.GetElapsedTime(began), ServerId);
        return grant.Connection ?? await OpenAsync(waiter.Database, grant, deadline, ct);
    }

    /// <summary>Lets those at the head of the queue open, as long as there is room and not too many do so already.</summary>
    private void Pump()
    {
        while (opening < MostOpening && queue.First is { } head)
        {
            ServerConnection? victim = null;
            var closeFirst = total >= limit;
            if (!closeFirst)
            {
                total++;
                victim = total > limit - Headroom ? idle.PopLeastWorth() : null;
            }
            else if (total > limit || (victim = idle.PopLeastWorth()) is null)
            {
                pressure++;
                return;
            }

            if (victim is not null)
            {
                pressure++;
                victim.Database.Alive--;
                Meters.Evicted(ServerId);
            }

            opening++;
            head.Value.Database.Opening++;
            head.Value.Database.Alive++;
            Grant(head.Value, new ConnectionGrant(Connection: null, victim, closeFirst));
        }
    }

    // Another tenant has waited longer and there is no room: this connection makes room, however warm it is.
    private bool SomebodyElseIsDue(ConnectionWaiter next) =>
        total >= limit && idle.Count == 0 && queue.First is { } head && head.Value.Ticket < next.Ticket;

    private bool TryLeave(ConnectionWaiter waiter)
    {
        lock (gate)
        {
            if (waiter.InLine is null)
            {
                return false;
            }

            Remove(waiter);
            EnqueueUpToCap(waiter.Database);
            return true;
        }
    }

    /// <summary>
    /// Whoever could have a connection of its own tenant back waits as long as opening one takes here, twice as long where it costs
    /// another tenant one: so nobody waits much longer than by the better choice, and no more are opened than are of use.
    /// </summary>
    private TimeSpan Patience()
    {
        var patience = HasRoom ? openTime : openTime * 2;
        return patience < LongestPatience ? patience : LongestPatience;
    }

    private void LosePatience(ConnectionWaiter waiter)
    {
        lock (gate)
        {
            waiter.Patience = TimeSpan.Zero;
            if (waiter.InLine is not null)
            {
                EnqueueUpToCap(waiter.Database);
                Pump();
            }
        }
    }

    private void Grant(ConnectionWaiter waiter, ConnectionGrant grant)
    {
        Remove(waiter);
        waiter.SetResult(grant);
    }

    private void Remove(ConnectionWaiter waiter)
    {
        waiter.Database.Waiters.Remove(waiter.InLine!);
        waiter.InLine = null;
        if (waiter.InQueue is { } node)
        {
            queue.Remove(node);
            waiter.InQueue = null;
            waiter.Database.Queued--;
        }
    }

    /// <summary>
    /// Of those who wait, as many of a tenant are in the queue for new connections as it may have more of; but one at a time where
    /// each costs another tenant one, since the next to be open serves many of them.
    /// </summary>
    private void EnqueueUpToCap(DatabasePool database)
    {
        for (var node = database.Waiters.First; node is not null && database.Alive + database.Queued < database.Cap && (HasRoom || database.Opening + database.Queued == 0); node = node.Next)
        {
            if (node.Value is { InQueue: null, IsPatient: false })
            {
                node.Value.InQueue = Enqueue(node.Value);
                database.Queued++;
            }
        }
    }

    /// <summary>In the order of their coming, whenever they lost patience.</summary>
    private LinkedListNode<ConnectionWaiter> Enqueue(ConnectionWaiter waiter)
    {
        var before = queue.Last;
        while (before is not null && before.Value.Ticket > waiter.Ticket)
        {
            before = before.Previous;
        }

        return before is null ? queue.AddFirst(waiter) : queue.AddAfter(before, waiter);
    }

    private TimeSpan Left(long deadline) =>
        TimeSpan.FromSeconds(Math.Max(0, deadline - time.GetTimestamp()) / (double)time.TimestampFrequency);

    private static ServerBusyException Busy(DatabasePool database, string why) =>
        new($"No connection to the database of {database.Route.Slug}: {why}. It may use {database.Cap} at once; see TenantRuntime:Connections.");
}
