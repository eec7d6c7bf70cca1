using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>Lets the tenant's host name lead to its machine.</summary>
public sealed class PointHost(HostRecords records, ControlPlaneSettings settings) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);
        if (await records.PointAsync(step.SubjectId, step.Subject, machine.Address!, ct))
        {
            step.Log($"{settings.TenantHostOf(step.Subject)} leads to {machine.Address}.");
        }

        return StepResult.Done;
    }

    public override Task UndoAsync(StepContext step, CancellationToken ct) => records.RemoveAsync(step.SubjectId, step.Subject, ct);
}
