using System.Threading.Channels;

namespace ControlPlane.Operations;

/// <summary>
/// The workers of this node. A free one starts at once; when all are busy the operation stays in the catalog, and whoever is
/// done, here or on another node, takes the one that has been due the longest. An operation that is lost with its process is
/// found by the sweeper.
/// </summary>
public sealed class OperationHands(OperationRunner runner, int workers, ILogger<OperationHands> log) : BackgroundService
{
    private readonly Channel<Func<CancellationToken, Task<bool>>> inbox = Channel.CreateUnbounded<Func<CancellationToken, Task<bool>>>();
    private readonly int hands = workers;
    private int free = workers;

    // Each time somebody found no free hand; and up to which of those times nothing more was found in the catalog.
    private long turnedAway;
    private long caughtUp;

    /// <summary>Never waits. What cannot be started now is started later.</summary>
    public void Start(Guid operation)
    {
        if (TryTakeHand())
        {
            Give(ct => runner.RunAsync(operation, ct));
            return;
        }

        Interlocked.Increment(ref turnedAway);

        // A hand that became free just before may have looked just before.
        if (TryTakeHand())
        {
            Give(ct => runner.RunAsync(operation, ct));
        }
    }

    /// <summary>Null when all are busy.</summary>
    public ReservedHand? TryReserve() => TryTakeHand() ? new ReservedHand(BeginOrGiveBack) : null;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, hands).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var work in inbox.Reader.ReadAllAsync(ct))
            {
                await TryAsync(work, ct);
                do
                {
                    await CatchUpAsync(ct);
                    Interlocked.Increment(ref free);
                }
                while (Interlocked.Read(ref turnedAway) > Interlocked.Read(ref caughtUp) && TryTakeHand());
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The runner has given back what it was at work on.
        }
    }

    private async Task CatchUpAsync(CancellationToken ct)
    {
        while (Interlocked.Read(ref turnedAway) is var seen && seen > Interlocked.Read(ref caughtUp))
        {
            // Also when the catalog is away: the sweeper says when there is something to do again.
            if (!await TryAsync(stop => runner.RunAsync(id: null, stop), ct))
            {
                Interlocked.Exchange(ref caughtUp, seen);
            }
        }
    }

    private bool TryTakeHand()
    {
        if (Interlocked.Decrement(ref free) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref free);
        return false;
    }

    private void Give(Func<CancellationToken, Task<bool>> work) => inbox.Writer.TryWrite(work);

    /// <summary>A hand that is given back passes through the inbox too: somebody may have found none free meanwhile.</summary>
    private void BeginOrGiveBack(Operation? claimed) => Give(claimed is null
        ? _ => Task.FromResult(false)
        : async ct =>
        {
            await runner.RunAsync(claimed, ct);
            return true;
        });

    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> work, CancellationToken ct)
    {
        try
        {
            return await work(ct);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogError(error, "A worker stopped unexpectedly; the sweeper finds its operation.");
            return false;
        }
    }
}
