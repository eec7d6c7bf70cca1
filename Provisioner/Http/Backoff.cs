namespace Provisioner.Http;

/// <summary>How long to wait before trying again: 1 s doubling to 60 s, with full jitter, so that callers do not come back together.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    // A provider that wants more is better left to whoever called us.
    private static readonly TimeSpan LongestWish = TimeSpan.FromMinutes(5);

    /// <summary>Null when the provider wants to be left alone for too long to wait here.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    public static TimeSpan? Pause(int attempt, TimeSpan? retryAfter)
    {
        var jittered = Random.Shared.NextDouble() * Math.Min(Longest.TotalSeconds, Math.Pow(2, attempt - 1));
        var wish = retryAfter ?? TimeSpan.Zero;
        return wish > LongestWish ? null : TimeSpan.FromSeconds(Math.Max(jittered, wish.TotalSeconds));
    }
}
