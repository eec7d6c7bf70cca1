namespace Provisioner.Hetzner.Actions;

/// <summary>
/// Asks for all actions that anybody waits for, 25 at once: after 500 ms, then more and more slowly up to every 2 s while
/// nothing new is asked for. Runs only while somebody waits.
/// </summary>
internal sealed class ActionPoller(HetznerApi api, TimeProvider time) : IAsyncDisposable
{
    private const int BatchSize = 25;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<long, List<TaskCompletionSource<HetznerAction>>> waiters = [];
    private Task polling = Task.CompletedTask;
    private TimeSpan pause = First;

    /// <summary>Answers the action once it has ended, however it ended.</summary>
    public async Task<HetznerAction> WaitAsync(long id, CancellationToken ct)
    {
        var waiter = new TaskCompletionSource<HetznerAction>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
            if (!waiters.TryGetValue(id, out var others))
            {
                waiters[id] = others = [];
            }

            others.Add(waiter);
            pause = First;
            if (polling.IsCompleted)
            {
                // Without the token: a run that never began would leave its waiters waiting.
                polling = Task.Run(PollAsync, CancellationToken.None);
            }
        }

        try
        {
            return await waiter.Task.WaitAsync(ct);
        }
        finally
        {
            Forget(id, waiter);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task PollAsync()
    {
        try
        {
            while (NextPause() is { } length)
            {
                await Task.Delay(length, time, stopping.Token);
                foreach (var batch in Wanted().Chunk(BatchSize))
                {
                    await AskAsync(batch);
                }
            }
        }
        catch (OperationCanceledException)
        {
            End(Wanted(), w => w.TrySetCanceled(stopping.Token));
        }
    }

    private async Task AskAsync(long[] ids)
    {
        try
        {
            var query = string.Join('&', ids.Select(id => $"id={id}"));
            var found = await api.GetAsync($"actions?{query}", a => a.Many("actions", HetznerJson.Default.HetznerAction), stopping.Token);
            foreach (var action in found.Where(a => !a.IsRunning))
            {
                End([action.Id], w => w.TrySetResult(action));
            }

            foreach (var id in ids.Except(found.Select(a => a.Id)))
            {
                End([id], w => w.TrySetException(new HetznerException(HetznerErrors.NotFound, $"Hetzner does not know action {id} any more. Look at the object that it worked on.")));
            }
        }
        catch (HetznerException e)
        {
            // Those who wait decide whether to wait again.
            End(ids, w => w.TrySetException(e));
        }
    }

    /// <summary>Null when nobody waits any more; then the next waiter starts a new run.</summary>
    private TimeSpan? NextPause()
    {
        lock (gate)
        {
            if (waiters.Count == 0)
            {
                polling = Task.CompletedTask;
                return null;
            }

            var now = pause;
            pause = TimeSpan.FromTicks(Math.Min(Slowest.Ticks, pause.Ticks * 3 / 2));
            return now;
        }
    }

    private List<long> Wanted()
    {
        lock (gate)
        {
            return [.. waiters.Keys];
        }
    }

    private void End(IEnumerable<long> ids, Action<TaskCompletionSource<HetznerAction>> end)
    {
        lock (gate)
        {
            foreach (var id in ids)
            {
                if (waiters.Remove(id, out var ended))
                {
                    ended.ForEach(end);
                }
            }
        }
    }

    private void Forget(long id, TaskCompletionSource<HetznerAction> waiter)
    {
        lock (gate)
        {
            if (waiters.TryGetValue(id, out var others) && others.Remove(waiter) && others.Count == 0)
            {
                waiters.Remove(id);
            }
        }
    }
}
