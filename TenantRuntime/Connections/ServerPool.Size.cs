namespace TenantRuntime.Connections;

/// <summary>How many connections there are: the share of the server, what is closed to keep it, and what is told about it.</summary>
internal sealed partial class ServerPool
{
    /// <summary>What may be held at most; changes with the share that the control plane grants.</summary>
    public int Limit
    {
        get
        {
            lock (gate)
            {
                return limit;
            }
        }
    }

    /// <summary>Room kept free, so that opening need not wait for a victim to be gone.</summary>
    private int Headroom => Math.Min(options.ColdOpens, limit / 25);

    /// <summary>How many may be opened at a time: of a small share fewer, since what is being opened serves nobody meanwhile.</summary>
    private int MostOpening => Math.Min(options.ColdOpens, Math.Max(2, limit / 16));

    private bool HasRoom => total < limit - Headroom;

    /// <summary>Grants another share of the server. Above it, idle connections are closed now, others when they come back.</summary>
    public async ValueTask ChangeLimitAsync(int share)
    {
        var closing = new List<ServerConnection>();
        lock (gate)
        {
            limit = Math.Clamp(share, 0, options.PerServer);
            for (var excess = total - limit; excess > 0 && idle.PopLeastWorth() is { } connection; excess--)
            {
                closing.Add(connection);
            }

            Pump();
        }

        await CloseAsync(closing);
    }

    /// <summary>Closes what was idle, or alive, for too long.</summary>
    public async ValueTask SweepAsync()
    {
        var closing = new List<ServerConnection>();
        lock (gate)
        {
            for (var connection = idle.Oldest; connection is not null;)
            {
                var newer = connection.Newer;
                if (time.GetElapsedTime(connection.ReturnedAt) > options.IdleLifetime || time.GetElapsedTime(connection.OpenedAt) > options.Lifetime)
                {
                    idle.Remove(connection);
                    closing.Add(connection);
                }

                connection = newer;
            }
        }

        await CloseAsync(closing);
    }

    /// <summary>What the control plane needs to share out the server's budget.</summary>
    public (int Held, int Wanted, int Waiting) Report()
    {
        lock (gate)
        {
            // Whoever had to close or wait for lack of room could use all that can be had; else what rests for long is not missed.
            var wanted = pressure > 0 || queue.Count > 0 ? options.PerServer : total - idle.CountOlder(time.GetTimestamp() - (10 * time.TimestampFrequency));
            pressure = 0;
            return (total, wanted, queue.Count);
        }
    }

    public (int InUse, int Idle, int Waiting) Measure()
    {
        lock (gate)
        {
            return (total - idle.Count, idle.Count, queue.Count);
        }
    }

    private async ValueTask CloseAsync(List<ServerConnection> connections)
    {
        foreach (var connection in connections)
        {
            await connection.CloseAsync();
        }

        Closed(connections);
    }

    private void Closed(IReadOnlyList<ServerConnection> connections)
    {
        lock (gate)
        {
            foreach (var connection in connections)
            {
                total--;
                connection.Database.Alive--;
                EnqueueUpToCap(connection.Database);
                connection.Database.CheckDrained();
            }

            Pump();
        }
    }
}
