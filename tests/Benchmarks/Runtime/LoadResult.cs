using Benchmarks.Onboarding;

namespace Benchmarks.Runtime;

/// <summary>What the workers finished.</summary>
/// <param name="Hits">Durations of the reads that found a connection at hand.</param>
/// <param name="Errors">Of the whole run, the warm-up included.</param>
public sealed record LoadResult(long Done, TimeSpan Duration, Times Hits, IReadOnlyList<string> Errors)
{
    public double PerSecond => Done / Duration.TotalSeconds;

    public LoadResult Plus(LoadResult other)
    {
        Hits.AddAll(other.Hits);
        return new(Done + other.Done, Duration + other.Duration, Hits, [.. Errors, .. other.Errors]);
    }
}
