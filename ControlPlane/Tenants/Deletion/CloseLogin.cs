using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Locks the login role out and ends its sessions, so that the last dump is the last word.</summary>
public sealed class CloseLogin(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var place = await TenantPlace.LoadAsync(step, servers, ct);
        await place.Postgres.SetLoginAsync(place.Name, enabled: false, ct);
        return StepResult.Done;
    }
}
