using ControlPlane.Operations;

namespace ControlPlane.Tests.Workflows;

/// <summary>
/// What every workflow must hold, whatever it does. Inherit it once per workflow; a workflow without is found by
/// <see cref="ContractTests"/>.
/// </summary>
public abstract class WorkflowContract<TWorkflow>(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IDisposable
    where TWorkflow : Workflow, new()
{
    protected const string Planted = "a planted error";

    public static TheoryData<string> Steps { get; } = [.. new TWorkflow().Steps.Select(s => s.Name)];

    protected WorkflowWorld World => world;

    /// <summary>Name of the step whose effect cannot be taken back, nor what comes after it; null when there is none.</summary>
    protected virtual string? PointOfNoReturn => null;

    /// <summary>Whether faults at this step are shown here; of those that workflows share, another one's contract may show them.</summary>
    protected virtual bool Covers(string step) => true;

    /// <summary>Whether what it did can be undone.</summary>
    protected bool IsUndoable(string step) => Covers(step) && PositionOf(step) <= LastUndoable;

    private int LastUndoable => PointOfNoReturn is { } name ? PositionOf(name) : int.MaxValue;

    [Fact]
    public async Task It_succeeds()
    {
        var operation = await ArrangeAsync();

        await EndsAsync(operation, OperationState.Done);
    }

    [Fact]
    public async Task Every_step_may_run_twice()
    {
        var operation = await ArrangeAsync();
        world.Mishap = async (_, effect) =>
        {
            await effect();
            return await effect();
        };

        await EndsAsync(operation, OperationState.Done);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_crash_after_the_effect_and_before_the_record_is_harmless(string step)
    {
        if (!Covers(step))
        {
            return;
        }

        var operation = await ArrangeAsync();
        world.Mishap = Once(act => act.Step == step, async (act, effect) =>
        {
            var done = await effect();
            await world.TakeAwayAsync(act.Context.OperationId);
            return done;
        });

        await EndsAsync(operation, OperationState.Done);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public Task A_failure_before_the_effect_leaves_nothing_or_stops_with_its_cause_and_can_be_retried(string step) =>
        FailsAsync(step, isUndoable: PositionOf(step) <= LastUndoable, (_, _) => throw new InvalidOperationException(Planted));

    [Theory]
    [MemberData(nameof(Steps))]
    public Task A_failure_after_the_effect_leaves_nothing_or_stops_with_its_cause_and_can_be_retried(string step) =>
        FailsAsync(step, isUndoable: PositionOf(step) < LastUndoable, async (_, effect) =>
        {
            await effect();
            throw new InvalidOperationException(Planted);
        });

    public void Dispose() => world.Mishap = (_, effect) => effect();

    /// <summary>Makes a new subject ready and adds the operation, which does not begin yet.</summary>
    protected abstract Task<Guid> ArrangeAsync();

    /// <summary>What must be true of the subject when the operation is done, beside what the oracle looks at.</summary>
    protected abstract Task AssertDoneAsync(Operation operation);

    /// <summary>Runs the operation to its end and lets the oracle look.</summary>
    protected async Task<Operation> EndsAsync(Guid id, OperationState wanted)
    {
        var operation = await world.RunAsync(id);
        operation.State.ShouldBe(wanted, operation.Error);
        (await world.LookAsync()).ShouldBeEmpty();
        if (wanted == OperationState.Done)
        {
            await AssertDoneAsync(operation);
        }

        return operation;
    }

    /// <summary>The first act that fits goes wrong; later ones do not.</summary>
    protected static Mishap Once(Func<StepAct, bool> fits, Mishap mishap)
    {
        var left = 1;
        return (act, effect) => fits(act) && Interlocked.Exchange(ref left, 0) == 1 ? mishap(act, effect) : effect();
    }

    private static int PositionOf(string step) => new TWorkflow().Steps.ToList().FindIndex(s => s.Name == step);

    private async Task FailsAsync(string step, bool isUndoable, Mishap failure)
    {
        if (!Covers(step))
        {
            return;
        }

        var id = await ArrangeAsync();
        world.Mishap = Once(act => act.Step == step && !act.IsUndo, failure);
        if (isUndoable && new TWorkflow().Undoable)
        {
            (await EndsAsync(id, OperationState.Undone)).Error.ShouldNotBeNull().ShouldContain(Planted);
            return;
        }

        var stopped = await world.RunAsync(id);
        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain(Planted);

        await world.RetryAsync(id);
        await EndsAsync(id, OperationState.Done);
    }
}
