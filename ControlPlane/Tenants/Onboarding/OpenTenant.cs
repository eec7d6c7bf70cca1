using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>
/// Makes the tenant active and publishes its route in one transaction. From then on it is served, so nothing is undone any
/// more.
/// </summary>
public sealed class OpenTenant : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                var database = await db.Databases.SingleAsync(d => d.Id == tenant.DatabaseId, ct);
                if (database.State == TenantDatabaseState.Creating)
                {
                    database.Complete((string)step.Memory["schema"]!);
                }

                database.Assign();
                tenant.Activate(await db.NowAsync(ct));
                await step.PassPointOfNoReturnAsync(db, ct);
                await RoutePublisher.PublishAsync(db, tenant.Id, RouteState.Active, ct);
            },
            ct);
        return StepResult.Done;
    }
}
