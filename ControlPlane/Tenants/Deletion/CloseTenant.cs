using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Marks the tenant deleted and makes runtimes forget it, in one transaction.</summary>
public sealed class CloseTenant : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                if (tenant.State != TenantState.Deleted)
                {
                    tenant.Delete(await db.NowAsync(ct), step.Input<TenantDeletion.Request>().Grace);
                }

                TenantPlace.Remember(step, tenant.DatabaseId!.Value);
                await RoutePublisher.RemoveAsync(db, tenant.Id, ct);
            },
            ct);
        return StepResult.Done;
    }
}
