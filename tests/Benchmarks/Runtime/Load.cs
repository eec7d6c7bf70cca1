using System.Diagnostics;
using Benchmarks.Onboarding;

namespace Benchmarks.Runtime;

/// <summary>Workers that read one row of some tenant again and again.</summary>
public static class Load
{
    /// <summary>Runs the workers for a while and counts what they finish after the warm-up.</summary>
    /// <param name="workers">How many at once.</param>
    /// <param name="draw">Which tenant is next.</param>
    /// <param name="read">Reads a row of it; answers whether a connection was at hand at once.</param>
    /// <param name="perSecond">Begins so many reads a second at most, all workers together; null for as many as possible.</param>
    public static async Task<LoadResult> RunAsync(
        int workers, TimeSpan warmUp, TimeSpan duration, Func<Random, int> draw, Func<int, CancellationToken, Task<bool>> read, CancellationToken ct, double? perSecond = null)
    {
        var clock = Stopwatch.StartNew();
        var each = await Task.WhenAll(Enumerable.Range(0, workers).Select(w => Task.Run(
            async () =>
            {
                var random = new Random(w);
                var pace = perSecond is { } rate ? TimeSpan.FromSeconds(workers / rate) : TimeSpan.Zero;
                var (done, hits, errors) = (0L, new Times(), new List<string>());
                while (clock.Elapsed < warmUp + duration)
                {
                    var began = clock.Elapsed;
                    try
                    {
                        var wasHit = await read(draw(random), ct);
                        if (began >= warmUp)
                        {
                            done++;
                            if (wasHit)
                            {
                                hits.Add(clock.Elapsed - began);
                            }
                        }
                    }
                    catch (Exception error) when (error is not OperationCanceledException)
                    {
                        errors.Add($"{error.GetType().Name}: {error.Message}");
                    }

                    if (pace > TimeSpan.Zero && clock.Elapsed - began is var took && took < pace)
                    {
                        await Task.Delay((pace - took) * (0.5 + random.NextDouble()), ct);
                    }
                }

                return (Done: done, Hits: hits, Errors: errors);
            },
            ct)));
        var all = new Times();
        foreach (var (_, hits, _) in each)
        {
            all.AddAll(hits);
        }

        return new LoadResult(each.Sum(e => e.Done), duration, all, [.. each.SelectMany(e => e.Errors)]);
    }
}
