using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Makes runtimes forget the name.</summary>
public sealed class CloseDomain(IMachineProvider provider) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        foreach (var edge in await DomainOf.ShownByAsync(step, provider, ct))
        {
            DomainOf.Remember(step, edge);
        }

        await step.WriteAsync(
            async db =>
            {
                if (await db.Domains.SingleOrDefaultAsync(d => d.Id == step.SubjectId, ct) is { } domain)
                {
                    domain.BeginRemoval();
                    await RoutePublisher.RefreshAsync(db, domain.TenantId, ct);
                }
            },
            ct);
        return StepResult.Done;
    }
}
