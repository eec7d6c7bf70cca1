using System.Diagnostics;

namespace Benchmarks.Onboarding;

/// <summary>Durations of one act, repeated.</summary>
public sealed class Times
{
    private readonly List<TimeSpan> all = [];

    public TimeSpan Median => At(0.5);

    public TimeSpan P99 => At(0.99);

    public async Task MeasureAsync(Func<Task> act)
    {
        var clock = Stopwatch.StartNew();
        await act();
        Add(clock.Elapsed);
    }

    public void Add(TimeSpan time) => all.Add(time);

    public void AddAll(Times others) => all.AddRange(others.all);

    private TimeSpan At(double share)
    {
        all.Sort();
        return all[(int)Math.Min(all.Count - 1, Math.Ceiling(share * all.Count) - 1)];
    }
}
