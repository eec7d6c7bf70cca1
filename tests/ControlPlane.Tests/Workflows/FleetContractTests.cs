using ControlPlane.Fleet;
using ControlPlane.Operations;

namespace ControlPlane.Tests.Workflows;

/// <summary>Migrations that take something away, while old releases run.</summary>
public sealed class FleetContractTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>
{
    private const string Contract = "20260201000000";
    private const string Later = "20260301000000";

    [Fact]
    public async Task A_contract_migration_waits_for_the_last_old_release_and_then_reaches_tenants_old_and_new()
    {
        var early = await world.OnboardAsync();
        await world.ReleaseAsync(Contract, "-- migrator:phase contract\nalter table notes drop column text;");
        await world.ReleaseAsync(Later, "alter table notes add column body text;");
        await HearOfAsync("old", "20260101000000");
        await HearOfAsync("new", Later);

        var held = await world.GoAsync<FleetMigration>(new FleetRequest());

        held.State.ShouldBe(OperationState.Done, held.Error);
        (await ColumnsAsync(early.Id)).ShouldBe("body, id, text");
        (await SaidAsync(held.Id)).ShouldContain($"{Contract}_change waits: old runs a release made for 20260101000000.");
        var between = await world.OnboardAsync();
        (await ColumnsAsync(between.Id)).ShouldBe("body, id, text");
        (await world.FleetAsync()).ShouldAllBe(t => t.Version == $"{Later} without {Contract}");

        await world.ExecuteAsync("delete from runtimes where instance = 'old'");
        (await world.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);

        (await ColumnsAsync(early.Id)).ShouldBe("body, id");
        (await ColumnsAsync(between.Id)).ShouldBe("body, id");
        (await ColumnsAsync((await world.OnboardAsync()).Id)).ShouldBe("body, id");
        (await world.FleetAsync()).ShouldAllBe(t => t.Version == Later);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public void A_release_that_does_not_say_what_it_is_made_for_counts_as_old()
    {
        new RunningReleases([new("quiet", Head: null)]).WhoNeedsLessThan(Contract).ShouldNotBeNull().ShouldContain("quiet");
        new RunningReleases([new("fresh", Contract)]).WhoNeedsLessThan(Contract).ShouldBeNull();
        new RunningReleases([]).WhoNeedsLessThan(Contract).ShouldBeNull();
    }

    private Task HearOfAsync(string instance, string head) =>
        world.ExecuteAsync($"insert into runtimes (key_id, instance, revision, schema_head) values (gen_random_uuid(), '{instance}', 1, '{head}')");

    private async Task<object?> ColumnsAsync(Guid tenant) => await world.OnServerAsync(
        "select string_agg(attname, ', ' order by attname) from pg_attribute where attrelid = 'notes'::regclass and attnum > 0 and not attisdropped", await world.DatabaseOfAsync(tenant));

    private Task<string> SaidAsync(Guid operation) => world.ReadAsync(db =>
        Task.FromResult(string.Join('\n', db.OperationLog.Where(l => l.OperationId == operation).OrderBy(l => l.Seq).Select(l => l.Line))));
}
