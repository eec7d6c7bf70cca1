using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Tells runtimes of the name. From then on people use it, so nothing is undone any more.</summary>
public sealed class OpenDomain(DomainDelivery delivery, IMachineProvider provider) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var hasMoved = false;
        await step.WriteAsync(
            async db =>
            {
                // Whoever deletes the tenant locks the same row.
                await db.Database.ExecuteSqlAsync($"select from tenants t join domains d on d.tenant_id = t.id where d.id = {step.SubjectId} for update of t", ct);
                await DomainOf.LoadAsync(step, ct);
                var domain = await db.Domains.SingleAsync(d => d.Id == step.SubjectId, ct);
                hasMoved = !DomainOf.Remembers(step, await DomainOf.EdgeAsync(db, domain.TenantId, provider, ct));
                if (hasMoved)
                {
                    return;
                }

                domain.Serve();
                await step.PassPointOfNoReturnAsync(db, ct);
                await RoutePublisher.RefreshAsync(db, domain.TenantId, ct);
            },
            ct);
        if (hasMoved)
        {
            await delivery.BringAsync(step, ct);
            return StepResult.WaitFor(TimeSpan.Zero, "Its tenant has moved meanwhile; it is shown there, too.");
        }

        return StepResult.Done;
    }
}
