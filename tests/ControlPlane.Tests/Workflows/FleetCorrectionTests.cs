using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tests.Workflows;

public sealed class FleetCorrectionTests(WorkflowWorld world) : WorkflowContract<FleetCorrection>(world)
{
    private static int releases;

    private string before = "";

    [Fact]
    public async Task What_is_taken_back_is_behind_and_comes_back_with_the_next_run()
    {
        var taken = await World.OnboardAsync();
        var kept = await World.OnboardAsync();
        before = World.Get<ApplicationSchema>().Head;
        await World.ReleaseAsync(Next(), "create table extra (id integer);", "drop table extra;");
        var after = World.Get<ApplicationSchema>().Head;
        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);

        (await World.GoAsync<FleetCorrection>(new FleetRequest([taken.Slug], To: before, Correction: Correction.Down))).State.ShouldBe(OperationState.Done);

        (await HasExtraAsync(taken.Id)).ShouldBe(false);
        (await HasExtraAsync(kept.Id)).ShouldBe(true);
        (await World.FleetAsync("correction")).Single().ShouldSatisfyAllConditions(t => t.State.ShouldBe("done"), t => t.Version.ShouldBe(before));
        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
        (await HasExtraAsync(taken.Id)).ShouldBe(true);
        (await World.FleetAsync()).Single().Version.ShouldBe(after);
        (await World.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_tells_what_it_would_do_where_and_changes_nothing()
    {
        var tenant = await World.OnboardAsync();
        before = World.Get<ApplicationSchema>().Head;
        await World.ReleaseAsync(Next(), "create table tried (id integer);", "drop table tried;");
        var after = World.Get<ApplicationSchema>().Head;
        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
        var database = await World.DatabaseOfAsync(tenant.Id);
        await World.OnServerAsync("update migrator.history set checksum = 'sha256:other' where version = '20260101000000'", database);

        await TryAsync(new FleetRequest(To: before, Correction: Correction.Down), "behind", $"would take back {after}_change");
        await TryAsync(new FleetRequest(Correction: Correction.Repair), "behind", "would change its record of 20260101000000");
        await TryAsync(new FleetRequest(To: before, Correction: Correction.Baseline), "failed", "It has a history already");
        await TryAsync(new FleetRequest(To: after, Correction: Correction.Down), "done", null);

        (await World.OnServerAsync("select to_regclass('tried') is not null", database)).ShouldBe(true);
        (await World.OnServerAsync("select checksum from migrator.history where version = '20260101000000'", database)).ShouldBe("sha256:other");
        (await World.VersionsAsync()).ShouldAllBe(v => v == after);
        await World.GoAsync<FleetCorrection>(new FleetRequest(Correction: Correction.Repair));

        async Task TryAsync(FleetRequest request, string state, string? error)
        {
            (await World.GoAsync<FleetCorrection>(request with { Tenants = [tenant.Slug], DryRun = true })).State.ShouldBe(OperationState.Done);
            var told = (await World.FleetAsync("correction")).Single();
            told.State.ShouldBe(state);
            (told.Error ?? "").ShouldContain(error ?? "");
        }
    }

    [Fact]
    public async Task What_has_no_way_back_is_refused_and_stays()
    {
        await World.PopulateAsync();
        before = World.Get<ApplicationSchema>().Head;
        await World.ReleaseAsync(Next(), "create table one_way (id integer);");
        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);

        var stopped = await World.GoAsync<FleetCorrection>(new FleetRequest(To: before, Correction: Correction.Down));

        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain("has no down script");
        stopped.Error.ShouldContain("--work correction");
        (await World.VersionsAsync()).ShouldAllBe(v => v == World.Get<ApplicationSchema>().Head);
    }

    [Fact]
    public async Task A_database_without_a_history_gets_one_and_what_it_lacks_is_noted()
    {
        var tenant = await World.OnboardAsync();
        var had = World.Get<ApplicationSchema>().Head;
        await World.OnServerAsync("drop schema migrator cascade", await World.DatabaseOfAsync(tenant.Id));
        await World.ReleaseAsync(Next(), "select 1;");

        (await World.GoAsync<FleetCorrection>(new FleetRequest([tenant.Slug], To: had, Correction: Correction.Baseline))).State.ShouldBe(OperationState.Done);

        (await World.OnServerAsync("select max(version) from migrator.history", await World.DatabaseOfAsync(tenant.Id))).ShouldBe(had);
        (await World.FleetAsync("correction")).Single().Version.ShouldBe(had);
        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
    }

    [Fact]
    public async Task Edited_files_that_were_accepted_stand_in_nobodys_way()
    {
        var tenant = await World.OnboardAsync();
        var database = await World.DatabaseOfAsync(tenant.Id);
        await World.OnServerAsync("update migrator.history set checksum = 'sha256:other' where version = '20260101000000'; insert into migrator.history (version, name, finished, run) values ('20250101000000', 'gone', true, 'test')", database);

        var half = await World.GoAsync<FleetCorrection>(new FleetRequest([tenant.Slug], Correction: Correction.Repair));
        half.State.ShouldBe(OperationState.NeedsOperator);
        half.Error.ShouldNotBeNull().ShouldContain("20250101000000");
        (await World.GoAsync<FleetCorrection>(new FleetRequest([tenant.Slug], Correction: Correction.Repair, ForgetMissing: true))).State.ShouldBe(OperationState.Done);

        await World.GoAsync<FleetVerification>(new FleetRequest([tenant.Slug]));
        (await World.FleetAsync("verification")).Single().State.ShouldBe("done");
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        await World.PopulateAsync();
        before = World.Get<ApplicationSchema>().Head;
        var version = Next();
        await World.ReleaseAsync(version, $"create table again_{version} (id integer);", $"drop table again_{version};");
        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
        return await World.AddFleetAsync<FleetCorrection>(new FleetRequest(To: before, Correction: Correction.Down));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await World.FleetAsync("correction")).ShouldAllBe(t => t.State == "done" && t.Version == before);
        (await World.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
    }

    private static string Next() => $"2026020100{Interlocked.Increment(ref releases):0000}";

    private async Task<object?> HasExtraAsync(Guid tenant) => await World.OnServerAsync("select to_regclass('extra') is not null", await World.DatabaseOfAsync(tenant));
}
