using System.Diagnostics;

namespace ControlPlane.Operations;

/// <summary>
/// Keeps a claim alive while a worker works, and carries what its step says to the catalog. When the claim cannot be renewed
/// in time, by this process's own monotonic clock, <see cref="Token"/> is cancelled: another worker may have it by then.
/// </summary>
internal sealed class OperationLease : IAsyncDisposable
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Talk = TimeSpan.FromMilliseconds(200);

    private readonly OperationStore store;
    private readonly Operation operation;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop;
    private readonly CancellationTokenSource lost;
    private readonly Task keeping;
    private StepContext? current;

    public OperationLease(OperationStore store, Operation operation, ILogger log, CancellationToken ct)
    {
        this.store = store;
        this.operation = operation;
        this.log = log;
        stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        keeping = KeepAsync(stop.Token);
    }

    /// <summary>Cancelled when the lease is lost or the process stops.</summary>
    public CancellationToken Token => lost.Token;

    public bool Lost { get; private set; }

    public StepContext Watch(StepContext context) => current = context;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await keeping;
        stop.Dispose();
        lost.Dispose();
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        var renewed = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                await Task.Delay(Talk, ct);
                if (renewed.Elapsed >= OperationStore.Lease)
                {
                    await LoseAsync();
                    return;
                }

                try
                {
                    await SayAsync(ct);
                    if (renewed.Elapsed >= Renewal)
                    {
                        await store.RenewAsync(operation, ct);
                        renewed.Restart();
                    }
                }
                catch (LeaseLostException)
                {
                    await LoseAsync();
                    return;
                }
                catch (Exception error) when (Transient.Is(error))
                {
                    log.LogWarning("{Operation}: the catalog cannot be reached: {Reason}", operation.Id, error.Message);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The worker is done with the operation.
        }
    }

    private async Task SayAsync(CancellationToken ct)
    {
        if (current is { } context && context.TakeLines() is { Length: > 0 } lines)
        {
            await store.SayAsync(operation, context.StepName, lines, ct);
        }
    }

    private Task LoseAsync()
    {
        Lost = true;
        return lost.CancelAsync();
    }
}
