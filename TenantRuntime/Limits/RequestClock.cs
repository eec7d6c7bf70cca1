using System.Diagnostics;

namespace TenantRuntime.Limits;

/// <summary>
/// Timestamps for limits: those of the system in steps of some milliseconds, which is exact enough for limits per second and costs a
/// fraction of an exact one.
/// </summary>
internal static class RequestClock
{
    private static readonly long EachMillisecond = Stopwatch.Frequency / 1000;

    /// <summary>In the frequency of <paramref name="time"/>. To be compared with nothing else than its like.</summary>
    public static long Now(TimeProvider time) =>
        ReferenceEquals(time, TimeProvider.System) ? Environment.TickCount64 * EachMillisecond : time.GetTimestamp();
}
