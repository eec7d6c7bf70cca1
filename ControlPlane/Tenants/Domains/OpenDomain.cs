using ControlPlane.Operations;
using ControlPlane.Runtimes;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Tells runtimes of the name. From then on people use it, so nothing is undone any more.</summary>
public sealed class OpenDomain : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                // Whoever deletes the tenant locks the same row.
                await db.Database.ExecuteSqlAsync($"select from tenants t join domains d on d.tenant_id = t.id where d.id = {step.SubjectId} for update of t", ct);
                await DomainOf.LoadAsync(step, ct);
                var domain = await db.Domains.SingleAsync(d => d.Id == step.SubjectId, ct);
                domain.Serve();
                await step.PassPointOfNoReturnAsync(db, ct);
                await RoutePublisher.RefreshAsync(db, domain.TenantId, ct);
            },
            ct);
        return StepResult.Done;
    }
}
