using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>Parks the requests of a tenant whose database is being moved, bounded in number and time; where that takes long, turns them away.</summary>
internal sealed class HoldGate(Route held)
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int waiting;

    /// <summary>Whether this is the gate of a route that is held like this.</summary>
    public bool IsOf(Route route) => route.State == RouteState.Held && route.BackAt == held.BackAt;

    public void Open() => opened.TrySetResult();

    /// <summary>Waits for the end of the hold.</summary>
    /// <exception cref="ServerBusyException">Too many wait already, or the hold lasted too long.</exception>
    /// <exception cref="TenantRestsException">It would last longer than a request can wait.</exception>
    public async Task WaitAsync(HoldOptions options, TimeProvider time, CancellationToken ct)
    {
        if (held.BackAt is { } backAt)
        {
            throw new TenantRestsException(held.Slug, backAt);
        }

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
