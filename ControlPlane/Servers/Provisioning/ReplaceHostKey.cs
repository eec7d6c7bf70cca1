using ControlPlane.Operations;
using ControlPlane.Servers.Machines;

namespace ControlPlane.Servers.Provisioning;

/// <summary>
/// Replaces the host key that went through the maker's hands by one that was made on the machine. Both are pinned while one
/// replaces the other, so that a crash locks nobody out.
/// </summary>
public sealed class ReplaceHostKey(IMachineProvider provider) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);

        // Without the private half of the first one it was replaced already.
        if (MachineOf.WasWarm(step) || machine.HostKeySecret.Length == 0)
        {
            return StepResult.Done;
        }

        if (await provider.MakeHostKeyAsync(machine, ct) is not { } next)
        {
            return StepResult.Done;
        }

        await MachineOf.ChangeAsync(step, m => m.HostKeys = [m.HostKeys[0], next], ct);
        await provider.UseHostKeyAsync(await MachineOf.LoadAsync(step, ct), ct);
        await MachineOf.ChangeAsync(step, m => (m.HostKeys, m.HostKeySecret) = ([next], ""), ct);
        step.Log("It shows a host key that nobody else has seen.");
        return StepResult.Done;
    }
}
