using System.Diagnostics;

namespace Support;

/// <summary>Waits for what must become true soon, without guessing how soon.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns as soon as the condition holds; fails with <paramref name="what"/> when it does not within the limit.</summary>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan limit, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what}");
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <inheritdoc cref="Async(Func{Task{bool}}, TimeSpan, string)"/>
    public static Task Async(Func<bool> condition, TimeSpan limit, string what) =>
        Async(() => Task.FromResult(condition()), limit, what);
}
