using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Drops the database and both roles.</summary>
public sealed class DropTenantDatabase(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                tenant.BeginPurge();
                if (tenant.DatabaseId is { } id)
                {
                    (await db.Databases.SingleAsync(d => d.Id == id, ct)).BeginDrop();
                    TenantPlace.Remember(step, id);
                }
            },
            ct);
        if (await TenantPlace.FindAsync(step, servers, ct) is { } place)
        {
            await place.DropAsync(ct);
        }

        return StepResult.Done;
    }
}
