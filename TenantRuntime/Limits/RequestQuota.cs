using TenantRuntime.Routes;

namespace TenantRuntime.Limits;

/// <summary>How many requests a plan allows. One object for all tenants with the same limits, so that it is always at hand.</summary>
internal sealed class RequestQuota
{
    private static readonly Lock Adding = new();
    private static readonly Dictionary<(int?, int?, long), RequestQuota> Known = [];
    private static volatile RequestQuota[] all = [];

    private RequestQuota(int id, int? perHour, int? perSecond, long frequency)
    {
        Id = id;
        PerHour = perHour;
        PerSecond = perSecond;
        Hour = perHour > 0 ? new RequestPace(perHour.Value, 3600 * frequency) : default;
        Second = perSecond > 0 ? new RequestPace(perSecond.Value, frequency) : default;
    }

    /// <summary>Small, for <see cref="ById"/>; valid in this process only.</summary>
    public int Id { get; }

    public int? PerHour { get; }

    public int? PerSecond { get; }

    public RequestPace Hour { get; }

    public RequestPace Second { get; }

    public static RequestQuota ById(int id) => all[id];

    public static RequestQuota Of(TenantLimits limits, long frequency)
    {
        lock (Adding)
        {
            var key = (limits.RequestsPerHour, limits.RequestsPerSecond, frequency);
            if (!Known.TryGetValue(key, out var quota))
            {
                quota = new RequestQuota(Known.Count, limits.RequestsPerHour, limits.RequestsPerSecond, frequency);
                Known.Add(key, quota);
                if (quota.Id >= all.Length)
                {
                    var more = new RequestQuota[Math.Max(16, all.Length * 2)];
                    all.CopyTo(more, 0);
                    more[quota.Id] = quota;
                    all = more;
                }

                all[quota.Id] = quota;
            }

            return quota;
        }
    }

    /// <summary>How many more there are in the window right after the verdict.</summary>
    public int Left(RequestVerdict verdict) => (verdict.Window == RequestWindow.Hour ? Hour : Second).Count(verdict.Rest);
}
