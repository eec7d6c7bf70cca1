using ControlPlane.Catalog;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>The machines whose web servers show a tenant's own domains.</summary>
/// <param name="Current">Where it lives; null where TLS ends elsewhere.</param>
/// <param name="Others">Those that a move brings in: the one that was left goes on answering until its way back is closed.</param>
internal sealed record DomainEdges(Machine? Current, IReadOnlyList<Machine> Others)
{
    public IReadOnlyList<Machine> All { get; } = Current is null ? Others : [Current, .. Others];

    /// <summary>Those that must show the domains now.</summary>
    public static Task<DomainEdges> ReadAsync(CatalogDb db, Guid tenant, IMachineProvider provider, CancellationToken ct) =>
        ReadAsync(db, tenant, provider, [MoveState.Soaking], ct);

    /// <summary>Those that may show them, though they have not begun to or need not any more.</summary>
    public static Task<DomainEdges> ReadAllAsync(CatalogDb db, Guid tenant, IMachineProvider provider, CancellationToken ct) =>
        ReadAsync(db, tenant, provider, [MoveState.Preparing, MoveState.Soaking, MoveState.Returned], ct);

    private static async Task<DomainEdges> ReadAsync(CatalogDb db, Guid tenant, IMachineProvider provider, MoveState[] moves, CancellationToken ct)
    {
        var lives = await db.Tenants.Where(t => t.Id == tenant).Select(t => t.DatabaseId).SingleOrDefaultAsync(ct);
        var found = await (from database in db.Databases
                           join machine in db.Machines on database.ServerId equals machine.Id
                           where machine.State == MachineState.Ready && database.State != TenantDatabaseState.Dropped
                           where database.Id == lives || db.Moves.Any(m => m.TenantId == tenant && (m.Id == database.Id || m.SourceId == database.Id) && moves.Contains(m.State))
                           select new { Machine = machine, IsCurrent = database.Id == lives }).AsNoTracking().ToListAsync(ct);
        var edges = found.Where(f => provider.ChallengesOn(f.Machine) is not null).ToList();
        return new(edges.Find(e => e.IsCurrent)?.Machine, [.. edges.Where(e => !e.IsCurrent).Select(e => e.Machine)]);
    }
}
