namespace Provisioner.Http;

/// <summary>
/// Keeps all callers of one token below its rate limit. It believes the provider's headers, less what is still under way, and
/// refills by itself in between. While nothing is known, one request goes ahead alone and learns it.
/// </summary>
/// <param name="window">What the limit counts for.</param>
/// <param name="limit">Requests per window; null when only the provider's headers tell.</param>
internal sealed class RateBudget(TimeSpan window, double? limit, TimeProvider time) : IDisposable
{
    private const double ReservedPart = 1.0 / 36;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);

    private readonly Lock gate = new();

    // Callers wait here one behind the other, so that who came first goes first.
    private readonly SemaphoreSlim turn = new(1);
    private TaskCompletionSource learned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool known = limit is not null;
    private double limit = limit ?? double.PositiveInfinity;
    private double available = limit ?? double.PositiveInfinity;
    private double perSecond = (limit ?? 0) / window.TotalSeconds;
    private DateTimeOffset refilledAt = time.GetUtcNow();
    private DateTimeOffset? fullAt;
    private DateTimeOffset blockedUntil = DateTimeOffset.MinValue;
    private int underWay;

    /// <summary>Returns when the next request may go; <see cref="Leave"/> must follow.</summary>
    /// <param name="urgent">Passes the queue and may use the last part of the budget.</param>
    public async Task EnterAsync(bool urgent, CancellationToken ct)
    {
        if (urgent)
        {
            await TakeAsync(urgent, ct);
            return;
        }

        await turn.WaitAsync(ct);
        try
        {
            await TakeAsync(urgent, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>A request has ended.</summary>
    /// <param name="answered">Whether any answer came.</param>
    /// <param name="state">What its headers said; null when nothing.</param>
    /// <param name="pause">How long the provider wants to be left alone.</param>
    public void Leave(bool answered, RateState? state, TimeSpan? pause)
    {
        lock (gate)
        {
            Refill();
            underWay--;
            if (state is not null)
            {
                Believe(state);
            }

            if (pause is { } length && time.GetUtcNow() + length is var until && until > blockedUntil)
            {
                blockedUntil = until;
            }

            known |= answered;
            learned.TrySetResult();
            learned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task TakeAsync(bool urgent, CancellationToken ct)
    {
        while (true)
        {
            Task pause;
            lock (gate)
            {
                if (!known && underWay > 0)
                {
                    pause = learned.Task.WaitAsync(ct);
                }
                else if (PauseBeforeNext(urgent) is { } length)
                {
                    pause = Task.Delay(length < ShortestPause ? ShortestPause : length, time, ct);
                }
                else
                {
                    available--;
                    underWay++;
                    return;
                }
            }

            await pause;
        }
    }

    private TimeSpan? PauseBeforeNext(bool urgent)
    {
        Refill();
        if (blockedUntil - time.GetUtcNow() is { Ticks: > 0 } block)
        {
            return block;
        }

        var needed = 1 + (urgent ? 0 : Math.Floor(limit * ReservedPart));
        return available >= needed || double.IsInfinity(limit) ? null
            : fullAt is { } full ? full - time.GetUtcNow()
            : TimeSpan.FromSeconds(Math.Min((needed - available) / perSecond, window.TotalSeconds));
    }

    private void Believe(RateState state)
    {
        // What is under way may or may not be counted in it yet. A late answer may be older than what we know; so with others
        // under way only bad news is believed.
        var left = state.Remaining - underWay;
        available = known && underWay > 0 && !double.IsInfinity(limit) ? Math.Min(available, left) : left;
        limit = state.Limit;
        var usual = state.Limit / window.TotalSeconds;
        perSecond = !state.Gradual ? 0 : state.UntilFull > TimeSpan.FromSeconds(1) ? Math.Max(usual, (state.Limit - state.Remaining) / state.UntilFull.TotalSeconds) : usual;
        fullAt = state.Gradual ? null : time.GetUtcNow() + state.UntilFull;
    }

    private void Refill()
    {
        var now = time.GetUtcNow();
        if (now >= fullAt)
        {
            (available, fullAt) = (limit, null);
            perSecond = limit / window.TotalSeconds;
        }
        else if (now > refilledAt)
        {
            available = Math.Min(limit, available + ((now - refilledAt).TotalSeconds * perSecond));
        }

        refilledAt = now;
    }
}
