using System.Collections.Concurrent;
using Migrator.Databases;
using Migrator.Fleet;
using Migrator.Tests.Support;
using Npgsql;

namespace Migrator.Tests.Fleet;

public sealed class FleetRunnerTests(FleetRunnerTests.Databases fixture) : IClassFixture<FleetRunnerTests.Databases>, IAsyncLifetime
{
    private const string Reset = "drop schema if exists migrator cascade; drop table if exists a, b cascade";

    private static readonly MigratorOptions Quick = new() { LockTimeout = TimeSpan.FromMilliseconds(50), MaxLockTimeout = TimeSpan.FromMilliseconds(50), LockPause = TimeSpan.FromMilliseconds(10), LockAttempts = 2 };

    private static readonly FleetOptions QuickFleet = new() { RequeuePause = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromMilliseconds(300) };

    private readonly MigrationFolder folder = new();

    private TenantFleet Fleet => fixture.Fleet;

    private FileJournal Journal => new(Path.Combine(folder.Path, "journal"));

    public async Task InitializeAsync()
    {
        foreach (var name in Fleet.Names) await Fleet.ExecuteAsync(name, Reset);
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_database_is_migrated_once_as_its_own_owner()
    {
        folder.With("1_a.sql", "create table a (id int)").With("2_b.sql", "create table b (id int)");

        var first = await RunAsync();
        var second = await RunAsync();

        first.Count(TargetState.Done).ShouldBe(Fleet.Names.Count);
        first.Heads.ShouldBe(new Dictionary<string, long> { ["2"] = Fleet.Names.Count });
        first.Stopped.ShouldBeNull();
        second.Count(TargetState.Done).ShouldBe(Fleet.Names.Count);
        (await Fleet.ScalarsAsync<string>("select tableowner::text from pg_tables where tablename = 'a'")).ShouldBe(Fleet.Names.Select(name => $"o_{name}"));
        Journal.Read().Values.ShouldAllBe(result => result.State == TargetState.Done && result.Head == "2" && result.Applied.Count == 0);
    }

    [Fact]
    public async Task No_more_run_at_once_than_a_server_and_the_whole_may()
    {
        var now = new ConcurrentDictionary<string, int>();
        var most = new ConcurrentDictionary<string, int>();
        var targets = Fleet.Targets.Select((target, i) => target with { Server = i % 3 == 0 ? "big" : "small" });
        var seenTogether = 0;
        var runner = new FleetRunner(
            async (target, _, ct) =>
            {
                var running = now.AddOrUpdate(target.Server, 1, (_, n) => n + 1);
                most.AddOrUpdate(target.Server, running, (_, n) => Math.Max(n, running));
                seenTogether = Math.Max(seenTogether, now.Values.Sum());
                await Task.Delay(30, ct);
                now.AddOrUpdate(target.Server, 0, (_, n) => n - 1);
                return new TargetResult { Target = target.Name, State = TargetState.Done };
            },
            QuickFleet with { Parallel = 3, PerServer = 2, Canaries = 0 },
            Journal);

        (await runner.RunAsync("test", targets.ToAsyncEnumerable(), default, default)).Count(TargetState.Done).ShouldBe(Fleet.Names.Count);

        most.Values.Max().ShouldBe(2);
        seenTogether.ShouldBe(3);
    }

    [Fact]
    public async Task Canaries_finish_before_any_other_begins_and_stop_the_run_when_one_fails()
    {
        folder.With("1_a.sql", "create table a (id int)");
        var marked = Fleet.Targets.Select((target, i) => target with { Canary = i == 7 }).ToList();
        await Fleet.ExecuteAsync(Fleet.Names[7], "create table a (id int)");

        var report = await RunAsync(QuickFleet with { Canaries = 2 }, targets: marked);

        report.Stopped.ShouldNotBeNull().ShouldContain(Fleet.Names[7]);
        report.Count(TargetState.Failed).ShouldBe(1);
        report.Problems.Single().Error.ShouldNotBeNull().ShouldContain("1_a.sql:1");
        report.States.Values.Sum().ShouldBeLessThanOrEqualTo(3);
        Journal.Read().Keys.ShouldBeSubsetOf([Fleet.Names[0], Fleet.Names[1], Fleet.Names[7]]);
    }

    [Fact]
    public async Task A_poison_migration_stops_within_the_budget_and_the_rest_is_found_after_the_fix()
    {
        folder.With("1_a.sql", "create table a (id int)");
        await RunAsync();
        foreach (var name in Fleet.Names.Skip(4)) await Fleet.ExecuteAsync(name, "insert into a values (null)");
        folder.With("2_b.sql", "alter table a alter id set not null");

        var report = await RunAsync(QuickFleet with { Parallel = 2, MaxFailures = new FailureLimit(2, 1) });

        report.Stopped.ShouldNotBeNull().ShouldContain("max(2, 1%)");
        report.Count(TargetState.Failed).ShouldBeInRange(3, 4);
        var at = Journal.Read().GroupBy(pair => (pair.Value.State, pair.Value.Head)).ToDictionary(group => group.Key, group => group.Select(pair => pair.Key).Order().ToList());
        at[(TargetState.Failed, "1")].Count.ShouldBe((int)report.Count(TargetState.Failed));
        var really = await Fleet.ScalarsAsync<string>("select max(version) from migrator.history");
        at[(TargetState.Done, "2")].ShouldBe(Fleet.Names.Where((_, i) => really[i] == "2"));

        folder.With("2_b.sql", "delete from a where id is null; alter table a alter id set not null");
        var failedFirst = Fleet.Targets.Where(target => Journal.Read()[target.Name] is not { State: TargetState.Done, Head: "2" });
        (await RunAsync(targets: [.. failedFirst])).Count(TargetState.Failed).ShouldBe(0);
        (await Fleet.ScalarsAsync<string>("select max(version) from migrator.history")).ShouldAllBe(head => head == "2");
    }

    [Fact]
    public async Task A_database_whose_tenant_holds_a_lock_is_left_for_later_and_then_reported()
    {
        folder.With("1_a.sql", "create table a (id int)");
        await RunAsync();
        folder.With("2_b.sql", "alter table a add column x int");
        await using var tenant = await Fleet.OpenAsync(Fleet.Names[0]);
        await using var transaction = await tenant.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select * from a", tenant, transaction)) await hold.ExecuteNonQueryAsync();

        var report = await RunAsync();

        report.Count(TargetState.Done).ShouldBe(Fleet.Names.Count - 1);
        report.Stopped.ShouldBeNull();
        var locked = report.Problems.Single();
        locked.Target.ShouldBe(Fleet.Names[0]);
        locked.State.ShouldBe(TargetState.Locked);
        locked.Attempts.ShouldBe(4);
        locked.Head.ShouldBe("1");

        await transaction.RollbackAsync();
        (await RunAsync()).Count(TargetState.Done).ShouldBe(Fleet.Names.Count);
    }

    [Fact]
    public async Task A_lock_that_is_let_go_in_time_is_no_problem_at_all()
    {
        folder.With("1_a.sql", "create table a (id int)");
        await RunAsync();
        folder.With("2_b.sql", "alter table a add column x int");
        await using var tenant = await Fleet.OpenAsync(Fleet.Names[0]);
        await using var transaction = await tenant.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select * from a", tenant, transaction)) await hold.ExecuteNonQueryAsync();

        var runner = new FleetRunner(Apply(), QuickFleet with { LockRequeues = 1000 }, Journal);
        var running = runner.RunAsync("test", Fleet.Targets.ToAsyncEnumerable(), default, default);
        await global::Support.Eventually.Async(() => runner.Progress is { Waiting: 1 } progress && progress.Done == Fleet.Names.Count - 1, TimeSpan.FromSeconds(20), "all others are done and one waits");
        await transaction.RollbackAsync();

        var report = await running;
        report.Count(TargetState.Done).ShouldBe(Fleet.Names.Count);
        runner.Progress.Left.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_stays_away_is_reported_and_does_not_count_as_failure()
    {
        var away = new FleetTarget("away", new DatabaseTarget("Host=127.0.0.1;Port=1;Database=x;Username=x"));
        var report = await RunAsync(QuickFleet with { MaxFailures = new FailureLimit(0, 0) }, targets: [away, .. Fleet.Targets]);
        report.Count(TargetState.Done).ShouldBe(Fleet.Names.Count);
        report.Problems.Single().State.ShouldBe(TargetState.Unreachable);
        report.Problems[0].Attempts.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Stop_finishes_what_runs_and_begins_nothing_more()
    {
        using var stop = new CancellationTokenSource();
        var begun = 0;
        var runner = new FleetRunner(
            async (target, _, ct) =>
            {
                if (Interlocked.Increment(ref begun) == 4) await stop.CancelAsync();
                await Task.Delay(50, ct);
                return new TargetResult { Target = target.Name, State = TargetState.Done };
            },
            QuickFleet with { Parallel = 2, Canaries = 0 },
            Journal);

        var report = await runner.RunAsync("test", Fleet.Targets.ToAsyncEnumerable(), stop.Token, default);

        report.Stopped.ShouldNotBeNull().ShouldContain("asked to stop");
        begun.ShouldBe(4);
        report.Count(TargetState.Done).ShouldBe(4);
        Journal.Read().Count.ShouldBe(4);
    }

    [Fact]
    public async Task Of_two_runs_on_one_journal_the_second_is_refused_by_the_name_of_the_first()
    {
        await using var claim = await Journal.ClaimAsync("nightly", default);
        var error = await Should.ThrowAsync<MigrationException>(() => RunAsync());
        error.Code.ShouldBe(MigrationError.Busy);
        error.Message.ShouldContain("nightly (process ");
    }

    [Fact]
    public async Task A_journal_survives_a_line_that_a_crash_cut_off()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "journal"), "{\"target\":\"x\",\"state\":\"Done\"}\n{\"target\":\"y\",\"st");
        await using (await Journal.ClaimAsync("next", default)) { }
        var journal = Journal;
        await using (await journal.ClaimAsync("next", default)) await journal.RecordAsync(new TargetResult { Target = "z", State = TargetState.Failed }, default);
        Journal.Read().Select(pair => (pair.Key, pair.Value.State)).ShouldBe([("x", TargetState.Done), ("z", TargetState.Failed)]);
    }

    [Fact]
    public async Task A_list_that_breaks_ends_the_run_instead_of_hanging_it()
    {
        await Should.ThrowAsync<InvalidDataException>(() => new FleetRunner(Apply(), QuickFleet, Journal).RunAsync("test", Broken(), default, default));

        async IAsyncEnumerable<FleetTarget> Broken()
        {
            yield return Fleet.Targets[0];
            await Task.Yield();
            throw new InvalidDataException();
        }
    }

    private FleetWork Apply()
    {
        var migrator = new DatabaseMigrator(folder.Read(), Quick);
        return async (target, session, ct) => TargetResult.From(target, await migrator.ApplyAsync(session.Connection, session.Owner, ct), TargetState.Done);
    }

    private Task<FleetReport> RunAsync(FleetOptions? options = null, IReadOnlyList<FleetTarget>? targets = null) =>
        new FleetRunner(Apply(), options ?? QuickFleet, Journal).RunAsync("test", (targets ?? Fleet.Targets).ToAsyncEnumerable(), default, default);

    public sealed class Databases : IAsyncLifetime
    {
        public TenantFleet Fleet { get; private set; } = null!;

        public async Task InitializeAsync() => Fleet = await TenantFleet.CreateAsync(12);

        public Task DisposeAsync() => Fleet.DisposeAsync().AsTask();
    }
}
