namespace TenantRuntime.Limits;

/// <summary>
/// Allows so many requests in a window, in one word: the time at which all that was used will have grown back (GCRA).
/// A full bucket may be used at once. Times are timestamps of the <see cref="TimeProvider"/>.
/// </summary>
internal struct RequestBucket(int requests, long window)
{
    private readonly long each = Math.Max(1, window / requests);
    private readonly long window = Math.Max(1, window / requests) * requests;
    private long grownBack;

    /// <summary>Takes one, or says how long to wait for it.</summary>
    /// <param name="rest">What is unused of the window right after this one; see <see cref="Count"/>.</param>
    /// <returns>0 when one was taken, else the time until there is one.</returns>
    public long Take(long now, out long rest)
    {
        while (true)
        {
            var seen = Volatile.Read(ref grownBack);
            var next = Math.Max(seen, now) + each;
            var excess = next - now - window;
            if (excess > 0)
            {
                rest = 0;
                return excess;
            }

            if (Interlocked.CompareExchange(ref grownBack, next, seen) == seen)
            {
                rest = -excess;
                return 0;
            }
        }
    }

    /// <summary>How many requests a part of the window is good for. Not asked for each request: a division takes longer than the rest.</summary>
    public readonly int Count(long part) => each == 0 ? 0 : (int)(part / each);

    /// <summary>Whether at most a fifth of the window is left.</summary>
    public readonly bool IsNearlyUsed(long rest) => rest * 5 <= window;

    /// <summary>Starts with as much used as the other one, in requests.</summary>
    public void Inherit(RequestBucket other, long now)
    {
        if (other.each > 0)
        {
            var used = Math.Max(0, other.grownBack - now) / other.each;
            grownBack = now + Math.Min(used * each, window);
        }
    }
}
