using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Databases;

/// <summary>Sees to it that the server has a template with the newest schema.</summary>
public sealed class PrepareTemplate(TemplateStore templates, ServerConnections servers) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (TenantPlace.IsKnownWhole(step))
        {
            return StepResult.Done;
        }

        var place = await TenantPlace.LoadAsync(step, servers, ct);
        if (place.IsUnfinished)
        {
            await templates.EnsureAsync(place.Database.ServerId, ct);
        }

        return StepResult.Done;
    }
}
