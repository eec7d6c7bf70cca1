using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Support;

namespace ControlPlane.Tests.Operations;

/// <summary>Several workers after one operation, and workers that are lost.</summary>
public sealed class OperationTakeoverTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private readonly Script script = new();

    [Fact]
    public async Task A_hundred_wake_ups_on_two_nodes_run_each_step_once()
    {
        await using var one = await engine.StartNodeAsync(script);
        await using var two = await engine.StartNodeAsync(script);
        var operation = await one.AddAsync();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            (i % 2 == 0 ? one : two).Get<OperationRunner>().RunAsync(operation.Id, CancellationToken.None)));

        await one.ReachesAsync(operation.Id, OperationState.Done);
        script.Did.ShouldBe(["First", "Second", "Third"]);
    }

    [Fact]
    public async Task A_stale_runner_cannot_write()
    {
        var inSecond = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var stale = new TaskCompletionSource<Exception?>();
        script.Run = async (name, step, ct) =>
        {
            if (name != "Second" || !inSecond.TrySetResult())
            {
                return StepResult.Done;
            }

            await goOn.Task.WaitAsync(CancellationToken.None);
            stale.SetResult(await Record.ExceptionAsync(() => step.WriteAsync(
                db => db.Plans.ExecuteUpdateAsync(p => p.SetProperty(x => x.Title, "stolen"), ct), CancellationToken.None)));
            return StepResult.Done;
        };
        await using var one = await engine.StartNodeAsync(script);
        var operation = await one.StartAsync();
        await inSecond.Task;

        await using var two = await engine.StartNodeAsync(script);

        // Its own worker goes on renewing until it is replaced.
        await Eventually.Async(
            async () =>
            {
                await one.SqlAsync($"update operations set lease_until = now() - interval '1 second' where id = '{operation.Id}' and epoch = 1");
                return (await one.ReadAsync(operation.Id)).State == OperationState.Done;
            },
            TimeSpan.FromSeconds(60),
            "another worker has taken it over and finished it");
        goOn.SetResult();

        (await stale.Task).ShouldBeOfType<LeaseLostException>();
        await using var db = await one.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        (await db.Plans.AnyAsync(p => p.Title == "stolen")).ShouldBeFalse();
        (await one.ReadAsync(operation.Id)).State.ShouldBe(OperationState.Done);
    }

    [Fact]
    public async Task The_sweeper_finds_an_operation_whose_wake_up_was_lost()
    {
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.AddAsync();

        await node.ReachesAsync(operation.Id, OperationState.Done, seconds: 30);
    }

    [Fact]
    public async Task Stopping_a_node_gives_its_work_back_at_once()
    {
        var inSecond = new TaskCompletionSource();
        script.Run = async (name, _, ct) =>
        {
            if (name == "Second" && inSecond.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, ct);
            }

            return StepResult.Done;
        };
        var one = await engine.StartNodeAsync(script);
        var operation = await one.StartAsync();
        await inSecond.Task;
        await one.DisposeAsync();

        await using var two = await engine.StartNodeAsync(script);
        (await two.ReadAsync(operation.Id)).LeaseUntil.ShouldBeNull();
        await two.ReachesAsync(operation.Id, OperationState.Done, seconds: 30);
        script.Did.ShouldBe(["First", "Second", "Second", "Third"]);
    }

    [Fact]
    public async Task A_record_whose_answer_was_lost_is_not_overwritten()
    {
        var lost = false;
        script.Run = async (name, step, ct) =>
        {
            if (name == "Second" && !lost)
            {
                lost = true;
                await using var recorded = engine.Data.CreateCommand(
                    $"""
                    with o as (update operations set step = 2 where id = '{step.OperationId}' returning id)
                    update operation_steps s set state = 'done' from o where s.operation_id = o.id and s.position = 1
                    """);
                await recorded.ExecuteNonQueryAsync(ct);
                throw new TimeoutException("the answer was lost");
            }

            return StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();
        await Eventually.Async(() => lost, TimeSpan.FromSeconds(20), "the answer is lost");
        await node.SqlAsync($"update operations set lease_until = now() where id = '{operation.Id}' and lease_until is not null");

        await node.ReachesAsync(operation.Id, OperationState.Done, seconds: 40);
        (await node.StepsAsync(operation.Id)).ShouldBe(["First:Done", "Second:Done", "Third:Done"]);
    }
}
