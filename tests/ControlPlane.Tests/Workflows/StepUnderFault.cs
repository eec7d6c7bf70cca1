using ControlPlane.Operations;

namespace ControlPlane.Tests.Workflows;

/// <summary>A real step of the product, with whatever the world lets go wrong around it.</summary>
internal sealed class StepUnderFault(Step real, WorkflowWorld world) : Step
{
    public override TimeSpan Deadline => real.Deadline;

    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct) =>
        world.Mishap(new StepAct(real.Name, IsUndo: false, step), () => real.RunAsync(step, ct));

    public override Task UndoAsync(StepContext step, CancellationToken ct) =>
        world.Mishap(new StepAct(real.Name, IsUndo: true, step), async () =>
        {
            await real.UndoAsync(step, ct);
            return StepResult.Done;
        });
}
