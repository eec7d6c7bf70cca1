using ControlPlane.Catalog;
using ControlPlane.Runtimes;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants.Moving;

/// <summary>The route of a tenant that moves: one that is suspended stays so, whatever happens to its database.</summary>
internal static class MovingRoute
{
    /// <inheritdoc cref="RoutePublisher.PublishAsync"/>
    public static async Task PublishAsync(CatalogDb db, Guid tenant, RouteState state, DateTimeOffset? backAt, CancellationToken ct)
    {
        var isSuspended = await db.Tenants.AnyAsync(t => t.Id == tenant && t.State == TenantState.Suspended, ct);
        await (isSuspended ? RoutePublisher.PublishAsync(db, tenant, RouteState.Suspended, ct) : RoutePublisher.PublishAsync(db, tenant, state, ct, backAt));
    }
}
