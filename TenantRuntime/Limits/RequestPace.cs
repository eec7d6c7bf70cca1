namespace TenantRuntime.Limits;

/// <summary>
/// So many requests in a window. What one tenant has used of it is one word: the time at which all of it will have grown back (GCRA).
/// All of a window may be used at once. Times are timestamps of <see cref="RequestClock"/>.
/// </summary>
internal readonly struct RequestPace(int requests, long window)
{
    private readonly long each = Math.Max(1, window / requests);
    private readonly long window = Math.Max(1, window / requests) * requests;

    /// <summary>Takes one, or says how long to wait for it.</summary>
    /// <param name="rest">What is unused of the window right after this one; see <see cref="Count"/>.</param>
    /// <returns>0 when one was taken, else the time until there is one.</returns>
    public long Take(ref long grownBack, long now, out long rest)
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
    public int Count(long part) => each == 0 ? 0 : (int)(part / each);

    /// <summary>Whether at most a fifth of the window is left.</summary>
    public bool IsNearlyUsed(long rest) => rest * 5 <= window;

    /// <summary>What was used at another pace stays used at this one, in requests.</summary>
    public void Follow(RequestPace other, ref long grownBack, long now)
    {
        if (other.each > 0)
        {
            var used = Math.Max(0, grownBack - now) / other.each;
            Interlocked.Exchange(ref grownBack, now + Math.Min(used * each, window));
        }
    }
}
