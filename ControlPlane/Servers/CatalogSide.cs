using ControlPlane.Catalog;
using Provisioner.Moves;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Servers;

/// <summary>What the catalog says about one server, read in two queries.</summary>
/// <param name="Databases">By id, the dropped ones too: only those can be told from strangers.</param>
/// <param name="Templates">Fingerprints by name of database.</param>
/// <param name="Slots">Names of those that moves under way may have, on whatever server.</param>
internal sealed record CatalogSide(IReadOnlyDictionary<Guid, CatalogSide.Row> Databases, IReadOnlyDictionary<string, string> Templates, IReadOnlySet<string> Slots)
{
    public static async Task<CatalogSide> ReadAsync(CatalogDb db, Guid server, CancellationToken ct)
    {
        var rows = await db.Database.SqlQuery<Row>($"""
            select d.id, d.name, d.state, d.tenant_id as tenant, t.slug, t.state as "TenantState", t.database_id = d.id as "IsCurrent",
                   r.state as "RouteState", r.removed as "RouteRemoved", r.server_id as "RouteServer",
                   exists (select from operations o where o.finished_at is null and o.subject_id in (d.id, d.tenant_id)) as "IsBusy",
                   (select m.id from moves m where (m.id = d.id or m.source_id = d.id)
                      and (m.state in ('preparing', 'soaking') or exists (select from operations o where o.finished_at is null and o.subject_id = m.tenant_id))
                    order by m.id desc limit 1) as move
            from tenant_databases d
            left join tenants t on t.id = d.tenant_id
            left join routes r on r.tenant_id = d.tenant_id
            where d.server_id = {server}
            """).ToListAsync(ct);
        var templates = await db.Templates.AsNoTracking().Where(t => t.ServerId == server).ToDictionaryAsync(t => t.Database, t => t.Fingerprint, ct);
        var moves = await db.Moves.Where(m => m.State == MoveState.Preparing || m.State == MoveState.Soaking || db.Operations.Any(o => o.SubjectId == m.TenantId && o.FinishedAt == null))
            .Select(m => m.Id).ToListAsync(ct);
        var slots = moves.Select(id => new MoveNames(id)).SelectMany(m => new[] { m.Forth, m.Back }).ToHashSet(StringComparer.Ordinal);
        return new CatalogSide(rows.ToDictionary(r => r.Id), templates, slots);
    }

    /// <param name="IsBusy">An operation is at work on it or its tenant, so differences are expected.</param>
    /// <param name="Move">The one that is under way, or that an operation is still clearing away.</param>
    internal sealed record Row(
        Guid Id,
        string Name,
        string State,
        Guid? Tenant,
        string? Slug,
        string? TenantState,
        bool? IsCurrent,
        string? RouteState,
        bool? RouteRemoved,
        Guid? RouteServer,
        bool IsBusy,
        Guid? Move)
    {
        public bool ShouldExist => State is "warm" or "assigned" or "retained";

        /// <summary>A role of a move, which copies what tenants write, is that of a move that is under way.</summary>
        public bool HasRole(string role) => Move is { } move && new MoveNames(move).Role == role;

        public bool IsServed => State == "assigned" && IsCurrent == true && TenantState is "active" or "suspended";

        public RouteState WantedRoute => TenantState == "suspended" ? global::TenantRuntime.Routes.RouteState.Suspended : global::TenantRuntime.Routes.RouteState.Active;

        public bool HasWantedRoute(Guid server) =>
            RouteRemoved == false && RouteServer == server && string.Equals(RouteState, WantedRoute.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
