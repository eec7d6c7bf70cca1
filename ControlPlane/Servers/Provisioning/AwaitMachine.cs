using System.Globalization;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Provisioner;
using Provisioner.Hetzner.Servers;
using Provisioner.Ssh;

namespace ControlPlane.Servers.Provisioning;

/// <summary>Waits until the machine has booted and lets us in.</summary>
public sealed class AwaitMachine(IMachineProvider provider) : Step
{
    private const string Begun = "awaited";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);
        if (!MachineOf.WasWarm(step))
        {
            var order = new MachineOrder(machine.CloudId, new ServerChoice(machine.ServerType!, machine.Location!), machine.Address!, Price: null, OrderMachine.ActionsOf(step));
            try
            {
                await provider.AwaitAsync(machine, order, step.Log, ct);
            }
            catch (SshUnreachableException silent)
            {
                var since = await SinceAsync(step, ct);
                return since < Patience
                    ? StepResult.WaitFor(Pause, $"{silent.Message} It was ordered {since.TotalSeconds:0} s ago.")
                    : throw new ProvisioningException("machine_silent", $"{machine.Name} does not let us in {since.TotalMinutes:0} min after it was ordered. Look at its console, then order it anew.", silent);
            }
        }

        return StepResult.Done;
    }

    /// <summary>How long this has waited, by the catalog's clock.</summary>
    private static async Task<TimeSpan> SinceAsync(StepContext step, CancellationToken ct)
    {
        var now = await step.ReadAsync(db => db.NowAsync(ct), ct);
        var begun = step.Memory[Begun] is { } text ? DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture) : now;
        step.Memory[Begun] = begun.ToString("O", CultureInfo.InvariantCulture);
        return now - begun;
    }
}
