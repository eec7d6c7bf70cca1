using ControlPlane.Operations;
using ControlPlane.Servers.Machines;

namespace ControlPlane.Tenants.Domains;

/// <summary>Has the machine show the name with its certificate. Undone, it knows neither.</summary>
public sealed class ShowDomain(DomainDelivery delivery, IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await delivery.BringAsync(step, ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (!await DomainOf.IsUnusedAsync(step, ct))
        {
            return;
        }

        foreach (var edge in await DomainOf.ShownByAsync(step, provider, ct))
        {
            await delivery.HideAsync(step.Subject, edge, step.Log, ct);
        }
    }
}
