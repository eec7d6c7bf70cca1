using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>Writes the tenant's id into a database that was made for another or for nobody: runtimes look there before they trust a connection.</summary>
public sealed class BindTenant(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (TenantPlace.IsKnownBound(step))
        {
            return StepResult.Done;
        }

        var place = await TenantPlace.LoadAsync(step, servers, ct);
        await place.Postgres.BindTenantAsync(place.Name, step.SubjectId, ct);
        return StepResult.Done;
    }
}
