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
        await step.WriteAsync(
            async db =>
            {
                // Placement locks the same row.
                await db.Database.ExecuteSqlAsync($"select from servers where id = {step.SubjectId} for update", ct);
                await RequireEmptyAsync(db, step.SubjectId, step.Subject, ct);
                var gone = await db.Databases.Where(d => d.ServerId == step.SubjectId && d.State != TenantDatabaseState.Dropped).ToListAsync(ct);
                foreach (var database in gone)
                {
                    database.BeginDrop();
                    database.EndDrop();
                }

                await db.Templates.Where(t => t.ServerId == step.SubjectId).ExecuteDeleteAsync(ct);
                (await db.Servers.SingleOrDefaultAsync(s => s.Id == step.SubjectId, ct))?.Remove();
                (await db.Machines.SingleAsync(m => m.Id == step.SubjectId, ct)).BeginRemoval();
            },
            ct);
        return StepResult.Done;
    }

    /// <exception cref="ProblemException"><c>server_in_use</c>, naming who lives there.</exception>
    internal static async Task RequireEmptyAsync(CatalogDb db, Guid server, string name, CancellationToken ct)
    {
        var tenants = await db.Tenants
            .Where(t => t.State != TenantState.Purged)
            .Where(t => db.Databases.Any(d => d.ServerId == server && d.TenantId == t.Id && d.State != TenantDatabaseState.Dropped) || db.Machines.Any(m => m.Id == server && m.TenantId == t.Id))
            .OrderBy(t => t.Slug).Select(t => t.Slug).Take(10).ToListAsync(ct);
        if (tenants.Count > 0)
        {
            throw new ProblemException(
                409, "server_in_use", $"Customers live on '{name}': {string.Join(", ", tenants)}.", "Move them first, or delete them and let their time of grace end.");
        }
    }
}
