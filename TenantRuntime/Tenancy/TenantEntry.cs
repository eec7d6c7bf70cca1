using TenantRuntime.Hosts;
using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>
/// What every request asks of its tenant, in 40 bytes. Those of all tenants lie side by side: so those of 100,000 fit into a processor's
/// cache, which as many objects do not, and a trip to memory takes longer than all the rest.
/// </summary>
internal struct TenantEntry
{
    private const int StateBits = 2;
    private const int IsRenamed = 1 << StateBits;
    private const int QuotaShift = StateBits + 1;

    /// <summary>When the requests of the hour will have grown back; see <see cref="Limits.RequestPace"/>.</summary>
    public long GrownBack;

    /// <summary>Served and not yet reported.</summary>
    public int Requests;

    private int flags;

    // Of the first route, and never changed: it is read while others write.
    private ShortName slug;

    public RouteState State => (RouteState)(Volatile.Read(ref flags) & (IsRenamed - 1));

    public int Quota => Volatile.Read(ref flags) >> QuotaShift;

    public void Begin(ShortName name, RouteState state, int quota)
    {
        slug = name;
        Set(state, quota, isRenamed: false);
    }

    public void Set(RouteState state, int quota, bool isRenamed) =>
        Volatile.Write(ref flags, (quota << QuotaShift) | (isRenamed ? IsRenamed : 0) | (int)state);

    /// <summary>Whether the tenant has this slug; null where only its route can tell.</summary>
    public bool? HasSlug(ShortName name) => name.IsNone || (Volatile.Read(ref flags) & IsRenamed) != 0 ? null : slug == name;
}
