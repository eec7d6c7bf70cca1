namespace Benchmarks.Migrations;

internal static class Median
{
    public static TimeSpan Of(IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
