using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Images;

/// <summary>The image is in the catalog since it was asked for. Undone, it will not come.</summary>
public sealed class PlanImage : Step
{
    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct) => Task.FromResult(StepResult.Done);

    public override Task UndoAsync(StepContext step, CancellationToken ct) =>
        step.WriteAsync(
            async db =>
            {
                (await db.Images.SingleAsync(i => i.MachineId == step.SubjectId, ct)).Remove();
                await OrderMachine.ForgetPlannedAsync(db, await db.Machines.SingleAsync(m => m.Id == step.SubjectId, ct), ct);
            },
            ct);
}
