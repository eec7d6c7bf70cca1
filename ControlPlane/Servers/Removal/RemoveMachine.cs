using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;

namespace ControlPlane.Servers.Removal;

/// <summary>Has the machine removed; from then on it costs nothing. A server that was added by hand is somebody else's.</summary>
public sealed class RemoveMachine(IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (await MachineOf.FindAsync(step, ct) is not { } machine)
        {
            step.Log($"{step.Subject} was added by hand: nothing on it was touched.");
            return StepResult.Done;
        }

        await MachineOf.ChangeAsync(step, m => m.BeginRemoval(), ct);
        await provider.RemoveAsync(machine, step.Log, ct);
        await step.WriteAsync(db => OrderMachine.ForgetAsync(db, machine, ct), ct);
        return StepResult.Done;
    }
}
