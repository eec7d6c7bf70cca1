using ControlPlane.Operations;
using ControlPlane.Servers.Machines;

namespace ControlPlane.Servers.Provisioning;

/// <summary>Makes the machine what it shall be: hardened, with its own PostgreSQL, the application and its edge.</summary>
public sealed class ConfigureMachine(IMachineProvider provider, MachineSetups setups) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);
        var setup = await setups.ReadAsync(machine, ct);
        await provider.ConfigureAsync(machine, setup, step.Log, ct);
        await MachineOf.ChangeAsync(step, m => (m.CertificateRevision, m.Peers) = (setup.Certificate?.Revision, [.. setup.Peers]), ct);
        return StepResult.Done;
    }
}
