using ControlPlane.Operations;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Frees the slug and the domains; the tenant's row stays for the history.</summary>
public sealed class ForgetTenant : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                tenant.Purge();
                await db.SaveChangesAsync(ct);
                if (TenantPlace.Remembered(step) is { } id)
                {
                    (await db.Databases.SingleAsync(d => d.Id == id, ct)).EndDrop();
                }

                await db.Domains.Where(d => d.TenantId == tenant.Id).ExecuteDeleteAsync(ct);
            },
            ct);
        return StepResult.Done;
    }
}
