using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Servers.Provisioning;

/// <summary>Waits until the machine has booted and lets us in.</summary>
public sealed class AwaitMachine(IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);
        if (!MachineOf.WasWarm(step))
        {
            var order = new MachineOrder(machine.CloudId, new ServerChoice(machine.ServerType!, machine.Location!), machine.Address!, Price: null, OrderMachine.ActionsOf(step));
            await provider.AwaitAsync(machine, order, step.Log, ct);
        }

        return StepResult.Done;
    }
}
