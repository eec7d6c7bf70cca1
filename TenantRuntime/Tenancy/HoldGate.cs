namespace TenantRuntime.Tenancy;

/// <summary>Parks the requests of a tenant whose database is being moved, bounded in number and time.</summary>
internal sealed class HoldGate
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int waiting;

    public void Open() => opened.TrySetResult();

    /// <summary>Waits for the end of the hold.</summary>
    /// <exception cref="ServerBusyException">Too many wait already, or the hold lasted too long.</exception>
    public async Task WaitAsync(HoldOptions options, TimeProvider time, CancellationToken ct)
    {
        if (Interlocked.Increment(ref waiting) > options.Requests)
        {
            Interlocked.Decrement(ref waiting);
            throw new ServerBusyException($"The tenant is held for a moment, and {options.Requests} of its requests wait already.");
        }

        try
        {
            await opened.Task.WaitAsync(options.Timeout, time, ct);
        }
        catch (TimeoutException)
        {
            throw new ServerBusyException($"The tenant was held for longer than {options.Timeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
