using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.WarmDatabases;

/// <summary>Puts the finished database on the shelf. A tenant may take it at once, so nothing is undone any more.</summary>
public sealed class StockDatabase : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                var database = await db.Databases.SingleAsync(d => d.Id == step.SubjectId, ct);
                if (database.State == TenantDatabaseState.Creating)
                {
                    database.Complete((string)step.Memory["schema"]!);
                }

                await step.PassPointOfNoReturnAsync(db, ct);
            },
            ct);
        return StepResult.Done;
    }
}
