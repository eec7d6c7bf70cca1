using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>Calls the tenant's host name at its own machine, as its people will, until it answers.</summary>
public sealed class CallTenant(ControlPlaneSettings settings) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(3);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (!settings.Machines.UsesCloud)
        {
            return StepResult.Done;
        }

        var (machine, host) = (await MachineOf.LoadAsync(step, ct), settings.TenantHostOf(step.Subject));
        if (await HostCall.UntilAnsweredAsync(host, machine.Address!, ct) is { } said)
        {
            return StepResult.WaitFor(TimeSpan.FromSeconds(5), $"https://{host}/ does not answer yet: {said}");
        }

        step.Log($"https://{host}/ answers.");
        return StepResult.Done;
    }
}
