using TenantRuntime.Routes;

namespace ControlPlane.Catalog;

/// <summary>What runtimes were last told of a tenant; the rest of the route is read from the tenant's rows.</summary>
public sealed class PublishedRoute
{
    public required Guid TenantId { get; init; }

    public Guid ServerId { get; set; }

    public RouteState State { get; set; }

    /// <summary>Of one that is held: until about when the tenant rests; null where requests wait.</summary>
    public DateTimeOffset? BackAt { get; set; }

    /// <summary>A tombstone: runtimes forget the tenant.</summary>
    public bool Removed { get; set; }

    public long Revision { get; set; }
}
