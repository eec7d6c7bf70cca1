using TenantRuntime.Limits;
using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>A tenant that was asked for, with its entry at hand: most requests need not look at the tenant itself.</summary>
internal readonly ref struct FoundTenant(ServedTenant tenant, ref TenantEntry entry)
{
    private readonly ref TenantEntry entry = ref entry;

    /// <summary>Null where nobody was found.</summary>
    public ServedTenant? Tenant { get; } = tenant;

    /// <summary>Of the newest route.</summary>
    public RouteState State => entry.State;

    public RequestQuota Quota => RequestQuota.ById(entry.Quota);

    /// <summary>Takes one request of what the plan allows, or says when there will be one.</summary>
    public RequestVerdict Take(RequestQuota quota, long now)
    {
        if (quota.PerSecond is not null && quota.Second.Take(ref Tenant!.SecondGrownBack, now, out _) is var soon and > 0)
        {
            return new RequestVerdict(soon, 0, RequestWindow.Second);
        }

        if (quota.PerHour is null)
        {
            return default;
        }

        var wait = quota.Hour.Take(ref entry.GrownBack, now, out var rest);
        return new RequestVerdict(wait, rest, RequestWindow.Hour);
    }

    /// <summary>Counts one served request.</summary>
    public void Count() => Interlocked.Increment(ref entry.Requests);
}
