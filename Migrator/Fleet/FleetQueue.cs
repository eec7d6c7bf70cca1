namespace Migrator.Fleet;

/// <summary>
/// Hands out databases so that no server has more than its share at once and no worker idles while any server has room.
/// The stream's order is kept per server; it is read ahead only so far, so memory does not grow with the fleet.
/// </summary>
internal sealed class FleetQueue(FleetOptions options, FleetTally tally, TimeProvider time)
{
    private const int ReadAhead = 5000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Queue<QueuedTarget>> servers = new(StringComparer.Ordinal);
    private readonly List<QueuedTarget> canaries = [];
    private readonly Dictionary<string, int> busy = new(StringComparer.Ordinal);
    private readonly List<QueuedTarget> requeued = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int queued;
    private int canariesLeft;
    private int canariesWanted;
    private bool complete;

    public int Running { get; private set; }

    public int Waiting
    {
        get
        {
            lock (gate) return requeued.Count;
        }
    }

    /// <summary>Reads the whole stream, pausing while enough is queued.</summary>
    public async Task FillAsync(IAsyncEnumerable<FleetTarget> targets, CancellationToken ct)
    {
        var position = 0;
        await foreach (var target in targets.WithCancellation(ct))
        {
            if (tally.Stopped is not null) break;
            tally.CountSeen();
            while (true)
            {
                Task wait;
                lock (gate)
                {
                    if (queued < ReadAhead)
                    {
                        Enqueue(new QueuedTarget(target, target.Canary || position < options.Canaries));
                        position++;
                        break;
                    }

                    wait = changed.Task;
                }

                await wait.WaitAsync(ct);
                if (tally.Stopped is not null) break;
            }
        }

        lock (gate)
        {
            complete = true;
            Signal();
        }
    }

    /// <summary>The next database, or null when there is none left and none will come back.</summary>
    public async Task<QueuedTarget?> TakeAsync(CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            Task wait;
            TimeSpan? rest;
            lock (gate)
            {
                if (tally.Stopped is not null) return null;
                if (Next() is { } next) return next;
                if (complete && queued == 0 && requeued.Count == 0 && Running == 0) return null;
                rest = RestOfRequeued();
                wait = changed.Task;
            }

            await (rest is null ? wait.WaitAsync(ct) : Task.WhenAny(wait, Task.Delay(rest.Value, time, ct)));
        }
    }

    /// <summary>Frees the server's place; the database is finished.</summary>
    public void Finish(QueuedTarget item)
    {
        lock (gate)
        {
            if (item.Canary) canariesLeft--;
            Release(item);
        }
    }

    /// <summary>Frees the server's place and puts the database behind all others; a canary hands its part to the next one.</summary>
    public void Requeue(QueuedTarget item)
    {
        lock (gate)
        {
            if (item.Canary)
            {
                canariesLeft--;
                canariesWanted++;
            }

            requeued.Add(item with { Canary = false });
            Release(item);
            Signal();
        }
    }

    /// <summary>Takes out what waits for another attempt that will not come.</summary>
    public IReadOnlyList<QueuedTarget> TakeRequeued()
    {
        lock (gate)
        {
            QueuedTarget[] left = [.. requeued];
            requeued.Clear();
            return left;
        }
    }

    /// <summary>Lets everybody who waits look again.</summary>
    public void Wake()
    {
        lock (gate) Signal();
    }

    private void Enqueue(QueuedTarget item)
    {
        if (item.Canary)
        {
            canaries.Add(item);
            canariesLeft++;
        }
        else
        {
            if (!servers.TryGetValue(item.Target.Server, out var queue)) servers[item.Target.Server] = queue = new();
            queue.Enqueue(item);
        }

        queued++;
        if (HasRoom(item.Target.Server)) Signal();
    }

    private QueuedTarget? Next()
    {
        var canary = canaries.FindIndex(item => HasRoom(item.Target.Server));
        if (canary >= 0)
        {
            var first = canaries[canary];
            canaries.RemoveAt(canary);
            CountDown();
            return Start(first);
        }

        if (canariesLeft == 0 || canariesWanted > 0)
        {
            var best = servers.Where(pair => pair.Value.Count > 0 && HasRoom(pair.Key)).Select(pair => pair.Value).MaxBy(waiting => waiting.Count);
            if (best is not null)
            {
                CountDown();
                return Start(Promoted(best.Dequeue()));
            }
        }

        var now = time.GetTimestamp();
        var rested = requeued.FindIndex(item => item.NotBefore <= now && HasRoom(item.Target.Server));
        if (rested < 0) return null;
        var again = requeued[rested];
        requeued.RemoveAt(rested);
        return Start(again);
    }

    private QueuedTarget Promoted(QueuedTarget item)
    {
        if (canariesWanted == 0) return item;
        canariesWanted--;
        canariesLeft++;
        return item with { Canary = true };
    }

    private QueuedTarget Start(QueuedTarget item)
    {
        busy[item.Target.Server] = busy.GetValueOrDefault(item.Target.Server) + 1;
        Running++;
        return item;
    }

    // The reader of the stream waits while enough is queued.
    private void CountDown()
    {
        if (queued-- == ReadAhead) Signal();
    }

    // Whoever frees a place looks for the next database at once, so others need to look only when more than the place has
    // become free.
    private void Release(QueuedTarget item)
    {
        busy[item.Target.Server]--;
        Running--;
        if (item.Canary || Running == 0) Signal();
    }

    private bool HasRoom(string server) => busy.GetValueOrDefault(server) < options.PerServer;

    private TimeSpan? RestOfRequeued()
    {
        var startable = requeued.Where(item => HasRoom(item.Target.Server)).ToList();
        if (startable.Count == 0) return null;
        var rest = time.GetElapsedTime(time.GetTimestamp(), startable.Min(item => item.NotBefore));
        return rest > TimeSpan.FromMilliseconds(1) ? rest : TimeSpan.FromMilliseconds(1);
    }

    private void Signal()
    {
        var old = changed;
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        old.SetResult();
    }
}
