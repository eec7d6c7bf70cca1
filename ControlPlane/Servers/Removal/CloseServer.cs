using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Removal;

/// <summary>Makes sure that nobody lives there, and in the same transaction that nobody moves in.</summary>
public sealed class CloseServer : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var lost = step.Input<ServerRemoval.Request>().Lost;
        await step.WriteAsync(
            async db =>
            {
                // Placement locks the same row.
                await db.Database.ExecuteSqlAsync($"select from servers where id = {step.SubjectId} for update", ct);
                await RequireEmptyAsync(db, step.SubjectId, step.Subject, lost, ct);

                // One end of a move stays in the catalog until that move has seen that it is gone.
                var gone = await db.Databases.Where(d => d.ServerId == step.SubjectId && d.State != TenantDatabaseState.Dropped && (!lost || d.TenantId == null)).ToListAsync(ct);
                foreach (var database in gone)
                {
                    database.BeginDrop();
                    database.EndDrop();
                }

                await db.Templates.Where(t => t.ServerId == step.SubjectId).ExecuteDeleteAsync(ct);
                (await db.Servers.SingleOrDefaultAsync(s => s.Id == step.SubjectId, ct))?.Remove();
                (await db.Machines.SingleOrDefaultAsync(m => m.Id == step.SubjectId, ct))?.BeginRemoval();
            },
            ct);
        return StepResult.Done;
    }

    /// <param name="lost">Only those count whose database is there now: not an end of their move.</param>
    /// <exception cref="ProblemException"><c>server_in_use</c>, naming who lives there.</exception>
    internal static async Task RequireEmptyAsync(CatalogDb db, Guid server, string name, bool lost, CancellationToken ct)
    {
        var there = db.Databases.Where(d => d.ServerId == server && d.State != TenantDatabaseState.Dropped);
        var tenants = await db.Tenants
            .Where(t => t.State != TenantState.Purged)
            .Where(t => there.Any(d => d.Id == t.DatabaseId) || (!lost && (there.Any(d => d.TenantId == t.Id) || db.Machines.Any(m => m.Id == server && m.TenantId == t.Id))))
            .OrderBy(t => t.Slug).Select(t => t.Slug).Take(10).ToListAsync(ct);
        if (tenants.Count > 0)
        {
            throw new ProblemException(
                409, "server_in_use", $"Customers live on '{name}': {string.Join(", ", tenants)}.", "Move them first, or delete them and let their time of grace end.");
        }
    }
}
