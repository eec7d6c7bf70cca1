using TenantRuntime.Routes;

namespace TenantRuntime.Limits;

/// <summary>Counts one tenant's requests and holds them to its plan, without a lock or an allocation.</summary>
internal sealed class RequestMeter
{
    private readonly int? perHour;
    private readonly int? perSecond;
    private RequestBucket hour;
    private RequestBucket second;
    private long warned;

    public RequestMeter(TenantLimits limits, long frequency)
    {
        perHour = limits.RequestsPerHour;
        perSecond = limits.RequestsPerSecond;
        hour = perHour > 0 ? new RequestBucket(perHour.Value, 3600 * frequency) : default;
        second = perSecond > 0 ? new RequestBucket(perSecond.Value, frequency) : default;
    }

    public int? PerHour => perHour;

    public int? PerSecond => perSecond;

    public bool Enforces(TenantLimits limits) => limits.RequestsPerHour == perHour && limits.RequestsPerSecond == perSecond;

    public RequestVerdict Take(long now)
    {
        if (perSecond is not null && second.Take(now, out _) is var soon and > 0)
        {
            return new RequestVerdict(soon, 0, RequestWindow.Second);
        }

        if (perHour is null)
        {
            return default;
        }

        var wait = hour.Take(now, out var rest);
        return new RequestVerdict(wait, rest, RequestWindow.Hour);
    }

    /// <summary>Whether four fifths of the hour's requests are used.</summary>
    public bool IsNearLimit(RequestVerdict verdict) => verdict.Window == RequestWindow.Hour && hour.IsNearlyUsed(verdict.Rest);

    /// <summary>How many more there are in the window right after the verdict.</summary>
    public int Left(RequestVerdict verdict) => verdict.Window == RequestWindow.Hour ? hour.Count(verdict.Rest) : second.Count(verdict.Rest);

    /// <summary>True once an hour.</summary>
    public bool ShouldWarn(long now, long frequency)
    {
        var last = Volatile.Read(ref warned);
        return (last == 0 || now - last > 3600 * frequency) && Interlocked.CompareExchange(ref warned, now, last) == last;
    }

    /// <summary>What was used under the old limits stays used under these.</summary>
    public RequestMeter Inherit(RequestMeter older, long now)
    {
        if (perHour is not null)
        {
            hour.Inherit(older.hour, now);
        }

        return this;
    }
}
