using ControlPlane.Operations;
using ControlPlane.Problems;

namespace ControlPlane.Tests.Operations;

/// <summary>Steps that fail, and operations that are cancelled or tried again.</summary>
public sealed class OperationFailureTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private readonly Script script = new();

    [Fact]
    public async Task A_transient_error_is_tried_again()
    {
        var runs = 0;
        script.Run = (name, _, _) => name == "Second" && ++runs == 1 ? throw new TimeoutException("slow") : Task.FromResult(StepResult.Done);
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        await node.ReachesAsync(operation.Id, OperationState.Done);

        script.Did.ShouldBe(["First", "Second", "Second", "Third"]);
    }

    [Fact]
    public async Task A_final_error_undoes_the_failed_step_too_and_names_subject_step_and_remedy()
    {
        script.Run = (name, _, _) => name == "Second"
            ? throw new ProblemException(409, "full", "There is no room.", "Add a server.")
            : Task.FromResult(StepResult.Done);
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        var undone = await node.ReachesAsync(operation.Id, OperationState.Undone);

        script.Did.ShouldBe(["First", "Second", "undo Second", "undo First"]);
        undone.Error.ShouldBe("thing, Second: There is no room. Add a server.");
        (await node.StepsAsync(operation.Id)).ShouldBe(["First:Undone", "Second:Undone"]);
    }

    [Fact]
    public async Task Past_the_point_of_no_return_a_failure_stops_for_an_operator()
    {
        script.Run = async (name, step, ct) =>
        {
            if (name == "First")
            {
                await step.WriteAsync(db => step.PassPointOfNoReturnAsync(db, ct), ct);
            }

            return name == "Third" ? throw new InvalidOperationException("broken") : StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        var stopped = await node.ReachesAsync(operation.Id, OperationState.NeedsOperator);

        stopped.Error.ShouldBe("thing, Third: broken");
        script.Did.ShouldBe(["First", "Second", "Third"]);
    }

    [Fact]
    public async Task What_fails_in_the_very_transaction_that_passes_it_is_undone_as_ever()
    {
        script.Run = async (name, step, ct) =>
        {
            if (name == "Second")
            {
                await step.WriteAsync(
                    async db =>
                    {
                        await step.PassPointOfNoReturnAsync(db, ct);
                        throw new InvalidOperationException("broken");
                    },
                    ct);
            }

            return StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        await node.ReachesAsync(operation.Id, OperationState.Undone);

        script.Did.ShouldBe(["First", "Second", "undo Second", "undo First"]);
    }

    [Fact]
    public async Task A_failed_undo_stops_for_an_operator_and_a_retry_goes_on_undoing()
    {
        var broken = true;
        script.Run = (name, _, _) => name == "Second" ? throw new InvalidOperationException("no") : Task.FromResult(StepResult.Done);
        script.Undo = (name, _, _) => name == "First" && broken ? throw new InvalidOperationException("stuck") : Task.CompletedTask;
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();
        var stopped = await node.ReachesAsync(operation.Id, OperationState.NeedsOperator);
        stopped.Error.ShouldBe("thing, First: stuck");

        broken = false;
        await node.RetryAsync(operation.Id);

        await node.ReachesAsync(operation.Id, OperationState.Undone);
        script.Did.ShouldBe(["First", "Second", "undo Second", "undo First", "undo First"]);
    }

    [Fact]
    public async Task A_retry_starts_at_the_failed_step()
    {
        var broken = true;
        script.Run = async (name, step, ct) =>
        {
            await step.WriteAsync(db => step.PassPointOfNoReturnAsync(db, ct), ct);
            return name == "Second" && broken ? throw new InvalidOperationException("broken") : StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();
        await node.ReachesAsync(operation.Id, OperationState.NeedsOperator);

        broken = false;
        await node.RetryAsync(operation.Id);

        await node.ReachesAsync(operation.Id, OperationState.Done);
        script.Did.ShouldBe(["First", "Second", "Second", "Third"]);
    }

    [Fact]
    public async Task Cancelling_undoes_at_the_next_step_boundary()
    {
        var inSecond = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        script.Run = async (name, _, ct) =>
        {
            if (name == "Second")
            {
                inSecond.SetResult();
                await goOn.Task.WaitAsync(ct);
            }

            return StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();
        await inSecond.Task;

        await node.CancelAsync(operation.Id);
        goOn.SetResult();

        await node.ReachesAsync(operation.Id, OperationState.Undone);
        script.Did.ShouldBe(["First", "Second", "undo Third", "undo Second", "undo First"]);
    }

    [Fact]
    public async Task Cancelling_wakes_an_operation_that_waits()
    {
        script.Run = (_, _, _) => Task.FromResult(StepResult.WaitFor(TimeSpan.FromHours(1), "for ever"));
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();
        await node.ReachesAsync(operation.Id, OperationState.Waiting);

        await node.CancelAsync(operation.Id);

        await node.ReachesAsync(operation.Id, OperationState.Undone);
    }
}
