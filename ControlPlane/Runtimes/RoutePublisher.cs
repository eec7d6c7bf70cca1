using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Runtimes;

/// <summary>
/// Tells runtimes about a tenant, in the caller's transaction and as late in it as possible: the head row stays locked until
/// the commit, so that revisions become visible in their order and a follower can never skip one.
/// </summary>
public static class RoutePublisher
{
    /// <summary>Publishes the tenant's route as its rows now are. A suspended tenant stays suspended.</summary>
    /// <param name="backAt">Of one that is held for longer than requests can wait: until about when.</param>
    public static async Task PublishAsync(CatalogDb db, Guid tenant, RouteState state, CancellationToken ct, DateTimeOffset? backAt = null)
    {
        await db.SaveChangesAsync(ct);
        var text = CatalogConventions.Snake(state.ToString());
        await db.Database.ExecuteSqlAsync($"""
            with head as (update route_head set revision = revision + 1 returning revision)
            insert into routes (tenant_id, server_id, state, back_at, removed, revision)
            select t.id, d.server_id, case t.state when 'suspended' then t.state else {text} end, case t.state when 'suspended' then null else {backAt}::timestamptz end, false, head.revision
            from head, tenants t join tenant_databases d on d.id = t.database_id where t.id = {tenant}
            on conflict (tenant_id) do update
            set server_id = excluded.server_id, state = excluded.state, back_at = excluded.back_at, removed = false, revision = excluded.revision;
            select pg_notify({CatalogEvents.Routes}, '')
            """, ct);
    }

    /// <summary>Makes runtimes forget the tenant. Repeating it is harmless.</summary>
    public static async Task RemoveAsync(CatalogDb db, Guid tenant, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            with head as (update route_head set revision = revision + 1 returning revision)
            update routes set removed = true, revision = head.revision from head where tenant_id = {tenant} and not removed
            """, ct);
        await NotifyAsync(db, ct);
    }

    /// <summary>Publishes a tenant's route again as its rows now are, if runtimes know the tenant.</summary>
    public static async Task RefreshAsync(CatalogDb db, Guid tenant, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            with head as (update route_head set revision = revision + 1 returning revision)
            update routes set revision = head.revision from head where tenant_id = {tenant} and not removed
            """, ct);
        await NotifyAsync(db, ct);
    }

    /// <summary>Publishes again every route that a changed plan or server shows in.</summary>
    public static async Task RefreshAsync(CatalogDb db, string? plan, Guid? server, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            with affected as (
              select r.tenant_id, row_number() over (order by r.revision) as n
              from routes r join tenants t on t.id = r.tenant_id
              where not r.removed and ({plan}::text is null or t.plan = {plan}) and ({server}::uuid is null or r.server_id = {server})),
            head as (update route_head set revision = revision + (select count(*) from affected) returning revision)
            update routes r set revision = head.revision - (select count(*) from affected) + a.n
            from affected a, head where r.tenant_id = a.tenant_id
            """, ct);
        await NotifyAsync(db, ct);
    }

    private static Task NotifyAsync(CatalogDb db, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select pg_notify({CatalogEvents.Routes}, '')", ct);
}
