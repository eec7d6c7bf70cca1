using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants.Restoration;

/// <summary>Switches to the chosen database, makes the tenant active and publishes its route, in one transaction.</summary>
public sealed class ReopenTenant : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                if (tenant.State == TenantState.Active)
                {
                    return;
                }

                var chosen = TenantPlace.Remembered(step)!.Value;
                if (tenant.DatabaseId is { } old && old != chosen)
                {
                    (await db.Databases.SingleAsync(d => d.Id == old, ct)).BeginDrop();
                    await db.SaveChangesAsync(ct);
                    var database = await db.Databases.SingleAsync(d => d.Id == chosen, ct);
                    database.Complete((string)step.Memory["schema"]!);
                    database.Assign();
                    tenant.DatabaseId = chosen;
                }

                tenant.Restore();
                await RoutePublisher.PublishAsync(db, tenant.Id, RouteState.Active, ct);
            },
            ct);
        return StepResult.Done;
    }
}
