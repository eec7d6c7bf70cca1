using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;

namespace ControlPlane.Servers.Removal;

/// <summary>Has the machine removed; from then on it costs nothing.</summary>
public sealed class RemoveMachine(IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);
        await MachineOf.ChangeAsync(step, m => m.BeginRemoval(), ct);
        await provider.RemoveAsync(machine, step.Log, ct);
        await step.WriteAsync(db => OrderMachine.ForgetAsync(db, machine, ct), ct);
        return StepResult.Done;
    }
}
