using ControlPlane.Catalog;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Since its last move a tenant's own domains must lead elsewhere.</summary>
/// <param name="From">Address of the machine that it has left, which goes on answering.</param>
/// <param name="To">Address where it lives; null where they must lead where its own host name leads.</param>
/// <param name="Until">How long the old address answers.</param>
public sealed record DomainChange(string From, string? To, DateTimeOffset? Until)
{
    /// <summary>Null when nothing has changed, or nobody has anything to change.</summary>
    internal static async Task<DomainChange?> FindAsync(CatalogDb db, Guid tenant, IMachineProvider provider, CancellationToken ct)
    {
        if (!await db.Domains.AnyAsync(d => d.TenantId == tenant && d.State == DomainState.Served, ct))
        {
            return null;
        }

        var edges = await DomainEdges.ReadAsync(db, tenant, provider, ct);
        return edges.Others.FirstOrDefault(e => e.Address != edges.Current?.Address) is { } left
            ? new(left.Address!, edges.Current?.Address, await db.Moves.Where(m => m.TenantId == tenant && m.State == MoveState.Soaking).Select(m => m.SoakUntil).SingleOrDefaultAsync(ct))
            : null;
    }
}
