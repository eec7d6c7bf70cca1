using ControlPlane.Operations;
using ControlPlane.Servers.Machines;

namespace ControlPlane.Tenants.Domains;

/// <summary>Has the machine forget the name and its certificate.</summary>
public sealed class HideDomain(IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (await DomainOf.EdgeAsync(step, provider, ct) is { } edge)
        {
            await provider.HideDomainAsync(edge, step.Subject, step.Log, ct);
        }

        return StepResult.Done;
    }
}
