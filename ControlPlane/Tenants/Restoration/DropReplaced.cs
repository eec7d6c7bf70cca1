using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Restoration;

/// <summary>Drops the database that the restored one replaces.</summary>
public sealed class DropReplaced(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (step.Memory["replaced"] is not { } replaced
            || await TenantPlace.LoadAsync(Guid.Parse((string)replaced!), step, servers, ct) is not { } place)
        {
            return StepResult.Done;
        }

        await place.DropAsync(ct);
        await step.WriteAsync(async db => (await db.Databases.SingleAsync(d => d.Id == place.Database.Id, ct)).EndDrop(), ct);
        return StepResult.Done;
    }
}
