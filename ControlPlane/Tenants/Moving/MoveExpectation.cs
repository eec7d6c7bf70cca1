using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>What to tell whoever begins a move, at once and whether or not servers answer; <see cref="MoveOutlook"/> looks closer.</summary>
internal static class MoveExpectation
{
    private const int Recent = 10;
    private static readonly TimeSpan FirstMachine = TimeSpan.FromMinutes(2);

    /// <param name="makesMachine">As long as the latest ones took.</param>
    public static async Task<MoveBegun> OfAsync(CatalogDb db, Guid operation, Tenant tenant, MoveMode mode, bool makesMachine, CancellationToken ct)
    {
        var bytes = await db.Databases.Where(d => d.Id == tenant.DatabaseId).Select(d => d.Bytes).SingleAsync(ct) ?? 0;
        return Of(operation, MovePlan.Of(mode, bytes), makesMachine ? await MachineAsync(db, ct) : TimeSpan.Zero);
    }

    /// <summary>Back without a copy: there is a cut and nothing else.</summary>
    public static MoveBegun Back(Guid operation) => Of(operation, MovePlan.Of(MoveMode.Replication, bytes: 0), machine: TimeSpan.Zero);

    private static MoveBegun Of(Guid operation, MovePlan plan, TimeSpan machine) =>
        new(operation, Math.Round((machine + plan.Preparation + plan.Hold).TotalSeconds, 1), Math.Round(plan.Hold.TotalMilliseconds));

    private static async Task<TimeSpan> MachineAsync(CatalogDb db, CancellationToken ct)
    {
        var took = await db.Servers.Join(db.Machines, s => s.Id, m => m.Id, (s, m) => new { m.CreatedAt, Took = s.CreatedAt - m.CreatedAt })
            .OrderByDescending(m => m.CreatedAt).Take(Recent).Select(m => m.Took).ToListAsync(ct);
        return took.Count == 0 ? FirstMachine : took.Order().ElementAt(took.Count / 2);
    }
}
