using ControlPlane.Operations;

namespace ControlPlane.Tests.Workflows;

/// <summary>What a workflow must hold besides, when its failure is undone.</summary>
public abstract class UndoableWorkflowContract<TWorkflow>(WorkflowWorld world) : WorkflowContract<TWorkflow>(world)
    where TWorkflow : Workflow, new()
{
    /// <summary>Everything before it has been done then, and can still be undone.</summary>
    private string Last => PointOfNoReturn ?? new TWorkflow().Steps[^1].Name;

    [Fact]
    public async Task Every_undo_may_run_twice()
    {
        var operation = await ArrangeAsync();
        World.Mishap = FailingAtTheLast(async (_, undo) =>
        {
            await undo();
            return await undo();
        });

        await EndsAsync(operation, OperationState.Undone);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_crash_after_an_undo_and_before_its_record_is_harmless(string step)
    {
        if (!IsUndoable(step))
        {
            return;
        }

        var operation = await ArrangeAsync();
        World.Mishap = FailingAtTheLast(Once(act => act.Step == step, async (act, undo) =>
        {
            await undo();
            await World.TakeAwayAsync(act.Context.OperationId);
            return StepResult.Done;
        }));

        await EndsAsync(operation, OperationState.Undone);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_failed_undo_stops_with_its_cause_and_a_retry_goes_on_undoing(string step)
    {
        if (!IsUndoable(step))
        {
            return;
        }

        var operation = await ArrangeAsync();
        World.Mishap = FailingAtTheLast(Once(act => act.Step == step, (_, _) => throw new InvalidOperationException("a stuck undo")));

        var stopped = await World.RunAsync(operation);
        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain("a stuck undo");

        await World.RetryAsync(operation);
        await EndsAsync(operation, OperationState.Undone);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Cancelled_while_a_crashed_worker_is_replaced_it_leaves_nothing(string step)
    {
        if (!IsUndoable(step))
        {
            return;
        }

        var operation = await ArrangeAsync();
        World.Mishap = Once(act => act.Step == step, async (act, effect) =>
        {
            await World.CancelAsync(act.Context.OperationId);
            var done = await effect();
            await World.TakeAwayAsync(act.Context.OperationId);
            return done;
        });

        await EndsAsync(operation, step == PointOfNoReturn ? OperationState.Done : OperationState.Undone);
    }

    /// <summary>The last step that can be undone fails, so that all of them are; that is where it goes wrong.</summary>
    private Mishap FailingAtTheLast(Mishap whileUndoing) => (act, effect) =>
        act.IsUndo ? whileUndoing(act, effect)
        : act.Step == Last ? throw new InvalidOperationException(Planted)
        : effect();
}
