using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;

namespace ControlPlane.Tenants.Restoration;

/// <summary>Writes the tenant's id into the database and lets its login in again.</summary>
public sealed class BindRestored(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var place = await TenantPlace.LoadAsync(step, servers, ct);
        await place.Postgres.BindTenantAsync(place.Name, step.SubjectId, ct);
        await place.Postgres.SetLoginAsync(place.Name, enabled: true, ct);
        return StepResult.Done;
    }
}
