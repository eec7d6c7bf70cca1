using ControlPlane.Operations;
using ControlPlane.Servers.Machines;

namespace ControlPlane.Tenants.Domains;

/// <summary>Has the machines that show the name forget it and its certificate.</summary>
public sealed class HideDomain(DomainDelivery delivery, IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        foreach (var edge in await DomainOf.ShownByAsync(step, provider, ct))
        {
            await delivery.HideAsync(step.Subject, edge, step.Log, ct);
        }

        return StepResult.Done;
    }
}
