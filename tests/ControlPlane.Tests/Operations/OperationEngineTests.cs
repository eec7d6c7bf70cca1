using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Support;

namespace ControlPlane.Tests.Operations;

public sealed class OperationEngineTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private readonly Script script = new();

    [Fact]
    public async Task Steps_run_in_order_and_leave_a_row_each()
    {
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        var done = await node.ReachesAsync(operation.Id, OperationState.Done);

        script.Did.ShouldBe(["First", "Second", "Third"]);
        done.FinishedAt.ShouldNotBeNull();
        (await node.StepsAsync(operation.Id)).ShouldBe(["First:Done", "Second:Done", "Third:Done"]);
    }

    [Fact]
    public async Task What_a_step_remembers_and_says_is_kept()
    {
        string? remembered = null;
        script.Run = (name, step, _) =>
        {
            step.Log($"{name} speaking");
            remembered = (string?)step.Memory["from"] ?? remembered;
            step.Memory["from"] = name;
            return Task.FromResult(StepResult.Done);
        };
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        await node.ReachesAsync(operation.Id, OperationState.Done);

        remembered.ShouldBe("Second");
        await using var db = await node.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        (await db.OperationLog.Where(l => l.OperationId == operation.Id).OrderBy(l => l.Seq).Select(l => l.Line).ToListAsync())
            .ShouldBe(["First speaking", "Second speaking", "Third speaking"]);
    }

    [Fact]
    public async Task A_waiting_step_gives_its_worker_back_and_runs_again()
    {
        var runs = 0;
        script.Run = (name, _, _) => Task.FromResult(
            name == "Second" && ++runs < 3 ? StepResult.WaitFor(TimeSpan.FromMilliseconds(100), "for the moon") : StepResult.Done);
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        (await node.ReachesAsync(operation.Id, OperationState.Done)).Epoch.ShouldBe(3);

        script.Did.ShouldBe(["First", "Second", "Second", "Second", "Third"]);
    }

    [Fact]
    public async Task A_late_step_becomes_a_finding_until_it_is_done()
    {
        var goOn = new TaskCompletionSource();
        script.Run = async (name, _, ct) =>
        {
            if (name == "Second")
            {
                await goOn.Task.WaitAsync(ct);
            }

            return StepResult.Done;
        };
        await using var node = await engine.StartNodeAsync(script);
        var operation = await node.StartAsync();

        await Eventually.Async(() => OpenFindingsAsync(node, operation.Id, 1), TimeSpan.FromSeconds(20), "the late step is reported");
        goOn.SetResult();
        await Eventually.Async(() => OpenFindingsAsync(node, operation.Id, 0), TimeSpan.FromSeconds(20), "the finding is closed");
    }

    [Fact]
    public async Task A_second_live_operation_on_the_same_subject_is_refused_by_the_database()
    {
        await using var node = await engine.StartNodeAsync(script);
        await using var db = await node.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        var subject = Guid.CreateVersion7();
        var launcher = node.Get<OperationLauncher>();
        await launcher.AddAsync<ScriptedWorkflow>(db, subject, "thing", new { }, "test", CancellationToken.None);
        await launcher.AddAsync<ScriptedWorkflow>(db, subject, "thing", new { }, "test", CancellationToken.None);

        var error = await Should.ThrowAsync<DbUpdateException>(db.SaveChangesAsync());

        error.InnerException.ShouldBeOfType<Npgsql.PostgresException>().ConstraintName.ShouldBe("operations_live");
    }

    private static async Task<bool> OpenFindingsAsync(EngineNode node, Guid operation, int wanted)
    {
        await using var db = await node.Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        return await db.Findings.CountAsync(f => f.Subject == operation.ToString() && f.ResolvedAt == null) == wanted;
    }
}
