using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants;

/// <summary>Finds the tenant that a command is about.</summary>
internal static class TenantByName
{
    /// <summary>Locks its row until the transaction ends.</summary>
    /// <exception cref="ProblemException">404 when there is none; 409 while an operation is at work on it.</exception>
    public static async Task<Tenant> ForChangeAsync(this CatalogDb db, string slug, CancellationToken ct)
    {
        var found = await db.Tenants
            .FromSql($"select * from tenants where slug = {slug} and state <> 'purged' for update")
            .ToListAsync(ct);
        var tenant = found.SingleOrDefault() ?? throw Problem.NotFound("tenant", slug);
        var live = await db.Operations.Where(o => o.SubjectId == tenant.Id && o.FinishedAt == null)
            .Select(o => new { o.Id, o.Workflow, o.State }).SingleOrDefaultAsync(ct);
        if (live is null)
        {
            return tenant;
        }

        var next = live.State == OperationState.NeedsOperator
            ? $"It needs an operator: look at ctl operations show {live.Id}, then retry or cancel it."
            : $"Wait for it with: ctl operations watch {live.Id}";
        throw new ProblemException(409, "operation_in_progress", $"{live.Workflow} is at work on '{slug}'.", next).With("operation", live.Id);
    }
}
