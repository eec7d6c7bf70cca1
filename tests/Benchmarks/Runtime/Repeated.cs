using System.Diagnostics;

namespace Benchmarks.Runtime;

/// <summary>What one call costs, from many of them on one thread: the best of many short rounds, since a long one is always interrupted.</summary>
/// <param name="Nanoseconds">Per call.</param>
/// <param name="Bytes">Allocated per call.</param>
public sealed record Repeated(double Nanoseconds, double Bytes)
{
    private const int Rounds = 400;
    private const int InOneRound = 10_000;

    /// <param name="act">Gets the number of the call.</param>
    public static async Task<Repeated> MeasureAsync(Action<int> act, CancellationToken ct)
    {
        // Code that was called often is compiled again in the background, and then is faster.
        Once(first: 0, act);
        await Task.Delay(500, ct);
        Once(first: 0, act);
        await Task.Delay(500, ct);
        var best = new Repeated(double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var one = Once(round * InOneRound, act);
            best = new(Math.Min(best.Nanoseconds, one.Nanoseconds), Math.Min(best.Bytes, one.Bytes));
        }

        return best;
    }

    private static Repeated Once(int first, Action<int> act)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.GetTimestamp();
        for (var i = first; i < first + InOneRound; i++)
        {
            act(i);
        }

        var took = Stopwatch.GetElapsedTime(clock);
        return new(took.TotalNanoseconds / InOneRound, (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / InOneRound);
    }
}
