using ControlPlane.Catalog;
using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Restoration;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Workflows;

/// <summary>What may go wrong while a migration goes over the fleet. Each test makes a release of its own, on a fleet that has the one before.</summary>
public sealed class FleetFaultTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>, IAsyncLifetime
{
    private const int Tenants = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly FleetRequest OneByOne = new(Parallel: 1, MaxFailures: "0");
    private static int releases;

    private string before = "";

    private string Next { get; } = $"2026020100{Interlocked.Increment(ref releases):0000}";

    public async Task InitializeAsync()
    {
        for (var there = (await world.VersionsAsync()).Count; there < Tenants; there++)
        {
            await world.OnboardAsync();
        }

        before = world.Get<ApplicationSchema>().Head;
        (await world.VersionsAsync()).ShouldAllBe(v => v == before);
    }

    /// <summary>Whatever happened, the next test finds a fleet that is whole.</summary>
    public async Task DisposeAsync()
    {
        for (var i = 0; i < Tenants; i++)
        {
            await world.OnServerAsync("delete from notes", await NthAsync(i));
        }

        (await world.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);
    }

    [Fact]
    public async Task A_poison_migration_stops_and_says_who_is_where_and_after_the_fix_the_rest_is_finished()
    {
        await world.ReleaseAsync(Next, "create unique index same on notes (text) where text = 'same'; drop index same;");
        var poisoned = await NthAsync(4);
        await world.OnServerAsync("insert into notes (text) values ('same'), ('same')", poisoned);

        var stopped = await world.GoAsync<FleetMigration>(OneByOne);

        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain("4 done, 1 failed, 1 not begun");
        stopped.Error.ShouldContain($"{Next}_change.sql");
        stopped.Error.ShouldContain("ctl migrations retry-failed");
        var fleet = await world.FleetAsync();
        fleet.Select(t => t.State).ShouldBe(["done", "done", "done", "done", "failed", "pending"]);
        fleet.Select(t => t.Version).ShouldBe([Next, Next, Next, Next, before, before]);
        fleet[4].Error.ShouldNotBeNull().ShouldContain("could not create unique index");

        await world.OnServerAsync("delete from notes", poisoned);
        (await world.GoAsync<FleetMigration>(new FleetRequest(OnlyFailed: true))).State.ShouldBe(OperationState.Done);
        (await world.FleetAsync()).Single().Database.ShouldBe(poisoned);
        (await world.VersionsAsync()).ShouldBe([Next, Next, Next, Next, Next, before]);

        (await world.GoAsync<FleetMigration>(OneByOne)).State.ShouldBe(OperationState.Done);
        (await world.VersionsAsync()).ShouldAllBe(v => v == Next);
        (await world.LookAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_migration_that_fails_in_a_canary_meets_no_more_than_the_canaries()
    {
        await world.ReleaseAsync(Next, "create unique index same on notes (text) where text = 'same'; drop index same;");
        for (var i = 0; i < Tenants; i++)
        {
            await world.OnServerAsync("insert into notes (text) values ('same'), ('same')", await NthAsync(i));
        }

        var stopped = await world.GoAsync<FleetMigration>(new FleetRequest());

        stopped.Error.ShouldNotBeNull().ShouldContain("is one of the canaries and failed");
        (await world.FleetAsync()).Skip(3).ShouldAllBe(t => t.State == "pending");
    }

    [Fact]
    public async Task A_migration_that_does_not_even_build_a_template_meets_no_tenant()
    {
        await world.ReleaseAsync(Next, "create table broken (id no_such_type);");

        var stopped = await world.GoAsync<FleetMigration>(new FleetRequest());

        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain("no_such_type");
        (await world.FleetAsync()).ShouldBeEmpty();
        (await world.VersionsAsync()).ShouldAllBe(v => v == before);
        await world.ReleaseAsync(Next, "create table mended (id integer);");
    }

    [Fact]
    public async Task A_worker_that_lost_its_run_writes_nothing_and_another_one_finishes_it()
    {
        await world.ReleaseAsync(Next, "select pg_sleep(0.3); insert into notes (text) values ('once');");
        var run = await world.AddFleetAsync<FleetMigration>(new FleetRequest(Parallel: 1));
        var runner = world.Get<OperationRunner>();

        var stale = runner.RunAsync(run, CancellationToken.None);
        await Eventually.Async(async () => (await world.FleetAsync()).Exists(t => t.State == "done"), Limit, "the first database is done");
        await world.TakeAwayAsync(run);
        var taken = await world.FleetAsync();
        await stale;
        (await world.FleetAsync()).Select(t => (t.State, t.Attempts, t.Version)).ShouldBe(taken.Select(t => (t.State, t.Attempts, t.Version)));
        taken.ShouldContain(t => t.State != "done");
        var ended = await world.RunAsync(run);

        ended.State.ShouldBe(OperationState.Done, ended.Error);
        (await world.FleetAsync()).ShouldAllBe(t => t.State == "done" && t.Version == Next);
        for (var i = 0; i < Tenants; i++)
        {
            (await world.OnServerAsync("select count(*) from notes where text = 'once'", await NthAsync(i))).ShouldBe(1L);
        }
    }

    [Fact]
    public async Task Asked_to_stop_it_finishes_what_it_is_at_and_a_retry_goes_on()
    {
        await world.ReleaseAsync(Next, "select pg_sleep(0.7); insert into notes (text) values ('once');");
        var run = await world.AddFleetAsync<FleetMigration>(new FleetRequest(Parallel: 1));

        var running = world.Get<OperationRunner>().RunAsync(run, CancellationToken.None);
        await Eventually.Async(async () => (await world.FleetAsync()).Exists(t => t.State == "running"), Limit, "it is at a database");
        await world.ExecuteAsync($"update operations set cancel_requested = true where id = '{run}'");
        await running;

        var fleet = await world.FleetAsync();
        fleet.ShouldAllBe(t => t.State == "done" || t.State == "pending");
        fleet.ShouldContain(t => t.State == "pending");
        await world.RetryAsync(run);
        (await world.RunAsync(run)).State.ShouldBe(OperationState.Done);
        (await world.FleetAsync()).ShouldAllBe(t => t.State == "done" && t.Version == Next);
    }

    [Fact]
    public async Task A_server_that_loses_all_its_connections_in_the_middle_is_finished()
    {
        await world.ReleaseAsync(Next, "select pg_sleep(0.5); insert into notes (text) values ('once');");
        var run = await world.AddFleetAsync<FleetMigration>(new FleetRequest(Parallel: 2));

        var running = world.Get<OperationRunner>().RunAsync(run, CancellationToken.None);
        await Eventually.Async(async () => (await world.FleetAsync()).Exists(t => t.State == "done"), Limit, "the first database is done");
        await world.OnServerAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'");
        await running;

        (await world.RunAsync(run)).State.ShouldBe(OperationState.Done);
        (await world.FleetAsync()).ShouldAllBe(t => t.State == "done" && t.Version == Next);
        for (var i = 0; i < Tenants; i++)
        {
            (await world.OnServerAsync("select count(*) from notes where text = 'once'", await NthAsync(i))).ShouldBe(1L);
        }
    }

    [Fact]
    public async Task A_run_over_some_tenants_leaves_the_others_and_suspended_and_deleted_ones_come_along()
    {
        var all = await ActiveAsync();
        await world.DeleteAsync(all[1]);
        await world.ReleaseAsync(Next, "create table chosen (id integer);");

        (await world.GoAsync<FleetMigration>(new FleetRequest(Tenants: [all[1].Slug, all[2].Slug]))).State.ShouldBe(OperationState.Done);

        (await world.FleetAsync()).Select(t => t.Tenant).ShouldBe([all[1].Slug, all[2].Slug], ignoreOrder: true);
        (await world.VersionsAsync()).Count(v => v == Next).ShouldBe(2);
        (await world.FleetAsync()).ShouldAllBe(t => t.State == "done" && t.Version == Next);
    }

    [Fact]
    public async Task A_control_plane_of_an_older_release_leaves_the_run_to_a_newer_one()
    {
        var newer = world.Get<ApplicationSchema>().Release + 1;
        var run = await world.AddFleetAsync<FleetMigration>(new FleetRequest(Release: newer));

        await world.Get<OperationRunner>().RunAsync(run, CancellationToken.None);

        var waiting = await world.ReadAsync(db => db.Operations.SingleAsync(o => o.Id == run));
        waiting.State.ShouldBe(OperationState.Waiting);
        waiting.Status.ShouldNotBeNull().ShouldContain($"one that knows all of release {newer} must go on");
        await world.ReleaseAsync(Next, "create table newer (id integer);");
        (await world.RunAsync(run)).State.ShouldBe(OperationState.Done);
        (await world.FleetAsync()).ShouldAllBe(t => t.Version == Next);
    }

    [Fact]
    public async Task A_tenant_who_holds_a_lock_all_the_time_is_reported_while_the_others_are_done()
    {
        await world.ReleaseAsync(Next, "alter table notes add column extra integer;");
        var locked = await NthAsync(2);
        await using (var tenant = await world.OpenOnServerAsync(locked))
        {
            await using var hold = new NpgsqlCommand("begin; lock table notes in access share mode", tenant);
            await hold.ExecuteNonQueryAsync();

            var stopped = await world.GoAsync<FleetMigration>(new FleetRequest(LockTimeout: 20));

            stopped.State.ShouldBe(OperationState.NeedsOperator);
            stopped.Error.ShouldNotBeNull().ShouldContain("5 done, 1 locked");
            (await world.ReadAsync(db => db.OperationLog.Where(l => l.OperationId == stopped.Id).Select(l => l.Line).ToListAsync()))
                .ShouldContain(l => l.Contains("5 of 6 done", StringComparison.Ordinal) && l.Contains("1 waiting for locks, 0 failed", StringComparison.Ordinal));
            var fleet = await world.FleetAsync();
            fleet[2].State.ShouldBe("locked");
            fleet[2].Attempts.ShouldBeGreaterThan(1);
            fleet.Count(t => t.Version == Next).ShouldBe(Tenants - 1);
        }

        (await world.GoAsync<FleetMigration>(new FleetRequest(OnlyFailed: true))).State.ShouldBe(OperationState.Done);
        (await world.VersionsAsync()).ShouldAllBe(v => v == Next);
    }

    [Fact]
    public async Task A_tenant_restored_from_a_dump_that_is_older_than_the_schema_gets_the_schema()
    {
        var tenant = (await ActiveAsync())[0];
        await world.DeleteAsync(tenant);
        await world.ReleaseAsync(Next, "create table more (id integer);");
        (await world.GoAsync<FleetMigration>(new FleetRequest())).State.ShouldBe(OperationState.Done);

        var restoring = await world.AddAsync<TenantRestoration>(tenant.Id, tenant.Slug, new TenantRestoration.Request(FromDump: true));
        (await world.RunAsync(restoring)).State.ShouldBe(OperationState.Done);

        var database = await world.DatabaseOfAsync(tenant.Id);
        (await world.OnServerAsync("select to_regclass('more') is not null", database)).ShouldBe(true);
        (await world.ReadAsync(db => db.Databases.Where(d => d.Name == database).Select(d => d.SchemaVersion).SingleAsync())).ShouldBe(Next);
        (await world.OnServerAsync($"select has_table_privilege('{database}', 'more', 'select')", database)).ShouldBe(true);
    }

    private Task<List<Tenant>> ActiveAsync() =>
        world.ReadAsync(db => db.Tenants.Where(t => t.State == TenantState.Active).OrderBy(t => t.Id).ToListAsync());

    private async Task<string> NthAsync(int index) =>
        await world.ReadAsync(db => db.Databases.Where(d => d.State == TenantDatabaseState.Assigned).OrderBy(d => d.Id).Select(d => d.Name).Skip(index).FirstAsync());
}
