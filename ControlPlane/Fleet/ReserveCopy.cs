using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>Adds the copy's row beside the tenant's database, so that the reconciler knows it, and drops it should nobody else.</summary>
public sealed class ReserveCopy(NewDatabase newDatabase) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var slug = step.Input<MigrationRehearsal.Request>().Tenant;
        await step.WriteAsync(
            async db =>
            {
                var real = await db.Databases
                    .SingleOrDefaultAsync(d => d.State == TenantDatabaseState.Assigned && db.Tenants.Any(t => t.Slug == slug && t.DatabaseId == d.Id), ct)
                    ?? throw new ProblemException(409, "no_database", $"Tenant '{slug}' has no database any more.", "Rehearse on another one, or on the template.");
                if (!await db.Databases.AnyAsync(d => d.Id == step.SubjectId, ct))
                {
                    db.Databases.Add(newDatabase.On(real.ServerId, madeFor: null, step.SubjectId));
                }

                step.Memory["real"] = real.Id.ToString();
            },
            ct);
        TenantPlace.Remember(step, step.SubjectId);
        return StepResult.Done;
    }

    public override Task UndoAsync(StepContext step, CancellationToken ct) => DiscardCopy.ForgetAsync(step, ct);
}
