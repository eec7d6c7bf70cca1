using ControlPlane.Operations;
using Support;

namespace ControlPlane.Tests.Operations;

public sealed class OperationHandsTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private readonly Script script = new();

    [Fact]
    public async Task One_hand_does_what_came_while_it_was_busy_without_waiting_for_the_sweeper()
    {
        var begin = new TaskCompletionSource();
        script.Run = async (_, _, ct) =>
        {
            await begin.Task.WaitAsync(ct);
            return StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script, workers: 1);
        var operations = new List<Operation>();
        for (var i = 0; i < 20; i++)
        {
            operations.Add(await node.StartAsync());
        }

        begin.SetResult();

        // Sooner than the sweeper would find the second one.
        await node.ReachesAsync(operations[^1].Id, OperationState.Done, seconds: OperationSweeper.Interval.TotalSeconds);
        foreach (var operation in operations)
        {
            (await node.ReachesAsync(operation.Id, OperationState.Done)).Epoch.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_hand_that_is_done_takes_what_has_been_due_the_longest()
    {
        var begin = new TaskCompletionSource();
        var order = new List<Guid>();
        script.Run = async (name, step, ct) =>
        {
            await begin.Task.WaitAsync(ct);
            if (name == nameof(First))
            {
                order.Add(step.OperationId);
            }

            return StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script, workers: 1);
        var busy = await node.StartAsync();
        var oldest = await node.AddAsync();
        var newest = await node.StartAsync();

        begin.SetResult();

        await node.ReachesAsync(newest.Id, OperationState.Done);
        order.ShouldBe([busy.Id, oldest.Id, newest.Id]);
    }

    [Fact]
    public async Task An_operation_that_was_claimed_at_birth_begins_without_another_claim()
    {
        await using var node = await engine.StartNodeAsync(script, workers: 1);
        using var hand = node.Get<OperationHands>().TryReserve();

        var operation = await node.AddAsync(claimed: true);
        hand!.Run(operation);

        var done = await node.ReachesAsync(operation.Id, OperationState.Done);
        done.Epoch.ShouldBe(1);
        done.Node.ShouldBe(node.Get<NodeName>().Value);
    }

    [Fact]
    public async Task A_reserved_hand_that_is_given_back_takes_what_found_none_free_meanwhile()
    {
        await using var node = await engine.StartNodeAsync(script, workers: 1);
        var hands = node.Get<OperationHands>();
        var hand = hands.TryReserve();
        hands.TryReserve().ShouldBeNull();
        var waiting = await node.StartAsync();

        hand!.Dispose();
        hand.Dispose();

        // Sooner than the sweeper would find it.
        await node.ReachesAsync(waiting.Id, OperationState.Done, seconds: OperationSweeper.Interval.TotalSeconds);
        ReservedHand? again = null;
        await Eventually.Async(() => (again = hands.TryReserve()) is not null, TimeSpan.FromSeconds(20), "the hand is free again");
        hands.TryReserve().ShouldBeNull();
        again!.Dispose();
    }

    [Fact]
    public async Task A_node_that_dies_with_what_it_claimed_at_birth_loses_it_to_another()
    {
        await using var node = await engine.StartNodeAsync(script, workers: 1);
        var operation = await node.AddAsync(claimed: true);

        await node.SqlAsync($"update operations set lease_until = now() - interval '1 second', wake_at = now() - interval '1 minute' where id = '{operation.Id}'");

        (await node.ReachesAsync(operation.Id, OperationState.Done)).Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task A_free_node_takes_what_another_has_no_hand_for()
    {
        var begin = new TaskCompletionSource();
        script.Run = async (_, _, ct) =>
        {
            await begin.Task.WaitAsync(ct);
            return StepResult.Done;
        };
        await using var busy = await engine.StartNodeAsync(script, workers: 1);
        await busy.StartAsync();
        var waiting = await busy.StartAsync();

        await using var idle = await engine.StartNodeAsync(new Script(), workers: 1);

        await idle.ReachesAsync(waiting.Id, OperationState.Done);
        begin.SetResult();
    }
}
