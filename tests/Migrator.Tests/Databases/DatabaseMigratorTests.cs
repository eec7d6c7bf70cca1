using Migrator.Databases;
using Migrator.Tests.Support;
using Npgsql;

namespace Migrator.Tests.Databases;

public sealed class DatabaseMigratorTests : IAsyncLifetime
{
    private static readonly MigratorOptions Quick = new() { LockTimeout = TimeSpan.FromMilliseconds(50), LockPause = TimeSpan.FromMilliseconds(10), LockAttempts = 3 };

    private readonly MigrationFolder folder = new();
    private readonly OwnedDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public async Task DisposeAsync()
    {
        folder.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Pending_migrations_are_applied_once_and_belong_to_the_owner()
    {
        folder.With("1_a.sql", "create table a (id int); insert into a values (1), (2);").With("2_b.sql", "create table b (id int)");

        var first = await ApplyAsync();
        var second = await ApplyAsync();

        first.HeadBefore.ShouldBeNull();
        first.HeadAfter.ShouldBe("2");
        first.Applied.Select(a => a.Version).ShouldBe(["1", "2"]);
        first.Applied.ShouldAllBe(a => a.Took > TimeSpan.Zero);
        second.HeadBefore.ShouldBe("2");
        second.HeadAfter.ShouldBe("2");
        second.Applied.ShouldBeEmpty();
        (await database.ScalarAsync<string>("select string_agg(distinct tableowner, ',') from pg_tables where schemaname in ('public', 'migrator')")).ShouldBe(database.Owner);
        (await database.ScalarAsync<bool>($"select rolcanlogin from pg_roles where rolname = '{database.Owner}'")).ShouldBeFalse();
        (await database.ScalarAsync<bool>($"select has_schema_privilege('{database.Login}', 'migrator', 'usage')")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_server_ends_the_session_of_a_frozen_run()
    {
        folder.With("1_a.sql", "create table a as select name, setting from pg_settings where name like 'idle%timeout' and setting <> '0'");

        await ApplyAsync();

        (await database.ScalarAsync<string>("select string_agg(name || ' ' || setting, ', ' order by name) from a"))
            .ShouldBe("idle_in_transaction_session_timeout 90000, idle_session_timeout 90000");
    }

    [Fact]
    public async Task A_failing_statement_leaves_its_migration_undone_and_is_named_with_file_and_line()
    {
        folder.With("1_a.sql", "create table a (id int)").With("2_b.sql", "create table b (id int);\n\ninsert into b\n  select nonsense;").With("3_c.sql", "create table c (id int)");

        var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync());

        error.Code.ShouldBe(MigrationError.Statement);
        error.Message.ShouldBe($"{database.Name}: 2_b.sql:4: column \"nonsense\" does not exist (42703) in: insert into b select nonsense");
        error.Head.ShouldBe("1");
        (await database.ScalarAsync<string>("select string_agg(tablename, ',') from pg_tables where schemaname = 'public'")).ShouldBe("a");

        folder.With("2_b.sql", "create table b (id int)");
        (await ApplyAsync()).Applied.Select(a => a.Version).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task What_fails_only_at_commit_counts_as_failed()
    {
        folder.With("1_a.sql", "create table a (id int primary key, parent int references a deferrable initially deferred)").With("2_b.sql", "insert into a values (1, 7)");
        var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync());
        error.SqlState.ShouldBe(PostgresErrorCodes.ForeignKeyViolation);
        error.File.ShouldBe("2_b.sql");
        error.Head.ShouldBe("1");
    }

    [Fact]
    public async Task Edited_missing_and_late_files_are_refused_unless_allowed()
    {
        folder.With("1_a.sql", "select 1").With("3_c.sql", "select 3");
        await ApplyAsync();

        folder.With("1_a.sql", "select 'edited'");
        await ShouldBeRefusedAsync(MigrationError.Edited, "repair");
        folder.With("1_a.sql", "select 1").Without("3_c.sql");
        await ShouldBeRefusedAsync(MigrationError.Missing, "older release");
        folder.With("3_c.sql", "select 3").With("2_b.sql", "select 2");
        await ShouldBeRefusedAsync(MigrationError.OutOfOrder, "after 3");

        (await ApplyAsync(Quick with { AllowOutOfOrder = true })).Applied.Single().Version.ShouldBe("2");
    }

    [Fact]
    public async Task Repeatable_migrations_run_again_when_their_text_changes()
    {
        folder.With("repeatable/R__v.sql", "create or replace view v as select 1 as one");
        (await ApplyAsync()).Applied.Count.ShouldBe(1);
        (await ApplyAsync()).Applied.ShouldBeEmpty();
        folder.With("repeatable/R__v.sql", "create or replace view v as select 2 as one");
        (await ApplyAsync()).Applied.Count.ShouldBe(1);
        (await database.ScalarAsync<int>("select one from v")).ShouldBe(2);
    }

    [Fact]
    public async Task A_baseline_stands_for_older_versions_only_on_a_new_database()
    {
        folder.With("1_a.sql", "create table a (id int)").With("B2__baseline.sql", "create table a (id int); create table b (id int)").With("2_b.sql", "create table b (id int)").With("3_c.sql", "create table c (id int)");
        (await ApplyAsync()).Applied.Select(a => a.Name).ShouldBe(["baseline", "c"]);
        (await ApplyAsync()).Applied.ShouldBeEmpty();

        await using var old = await OwnedDatabase.CreateAsync();
        using var before = new MigrationFolder();
        before.With("1_a.sql", "create table a (id int)");
        await new DatabaseMigrator(before.Read(), Quick).ApplyAsync(old.Target);
        (await new DatabaseMigrator(folder.Read(), Quick).ApplyAsync(old.Target)).Applied.Select(a => a.Name).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task Contract_migrations_and_everything_after_the_wanted_version_wait()
    {
        folder.With("1_a.sql", "select 1").With("2_b.sql", "-- migrator:phase contract\nselect 2").With("3_c.sql", "select 3").With("4_d.sql", "select 4");
        var report = await ApplyAsync(Quick with { IncludeContract = false, To = "3" });
        report.Applied.Select(a => a.Version).ShouldBe(["1", "3"]);
        report.Pending.ShouldBe(["2_b", "4_d"]);
        (await ApplyAsync()).Applied.Select(a => a.Version).ShouldBe(["2", "4"]);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        folder.With("1_a.sql", "create table a (id int)");
        (await ApplyAsync(Quick with { DryRun = true })).Pending.ShouldBe(["1_a"]);
        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname = 'migrator'")).ShouldBe(0);
    }

    [Fact]
    public async Task Settings_of_one_script_do_not_reach_the_next()
    {
        folder.With("1_a.sql", "select set_config('search_path', '', false); set statement_timeout = 60000").With("2_b.sql", "create table b as select current_setting('statement_timeout') as t");
        await ApplyAsync(Quick with { StatementTimeout = TimeSpan.FromSeconds(7) });
        (await database.ScalarAsync<string>("select t from public.b")).ShouldBe("7s");
    }

    [Fact]
    public async Task A_lock_is_retried_and_then_reported_with_what_was_reached()
    {
        await database.ExecuteAsOwnerAsync("create table a (id int)");
        folder.With("1_a.sql", "create table b (id int)").With("2_b.sql", "alter table a add column x int");
        await using (var tenant = await database.Database.OpenAsync())
        {
            await using var transaction = await tenant.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select * from a", tenant, transaction);
            await hold.ExecuteNonQueryAsync();

            var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync());
            error.Code.ShouldBe(MigrationError.Locked);
            error.IsTransient.ShouldBeTrue();
            error.File.ShouldBe("2_b.sql");
            error.Head.ShouldBe("1");

            var pauses = new CountedPauses();
            var applying = new DatabaseMigrator(folder.Read(), Quick with { LockAttempts = 1000 }, pauses).ApplyAsync(database.Target);
            await global::Support.Eventually.Async(() => pauses.Count > 0, TimeSpan.FromSeconds(30), "it steps back from the lock");
            applying.IsCompleted.ShouldBeFalse();
            await transaction.CommitAsync();
            var report = await applying;
            report.LockRetries.ShouldBeGreaterThan(0);
            report.Applied.Select(a => a.Version).ShouldBe(["2"]);
            report.HeadAfter.ShouldBe("2");
        }
    }

    [Theory]
    [InlineData("read committed")]
    [InlineData("repeatable read")]
    public async Task Of_two_runs_at_once_one_waits_and_nothing_is_applied_twice(string isolation)
    {
        await database.ExecuteAsync($"alter database {database.Name} set default_transaction_isolation = '{isolation}'");
        folder.With("0_first.sql", "select 0");
        await ApplyAsync();
        folder.With("1_a.sql", "create table a (id int)").With("2_b.sql", "insert into a select 1 from pg_sleep(0.1)");
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ApplyAsync()));
        runs.Sum(run => run.Applied.Count).ShouldBe(2);
        (await database.ScalarAsync<long>("select count(*) from a")).ShouldBe(1);
    }

    [Fact]
    public async Task A_run_that_may_not_wait_names_the_one_that_holds_the_database()
    {
        folder.With("1_a.sql", "select 1");
        await using var sessions = new DatabaseSessions("migrator other-run");
        await using var session = await sessions.OpenAsync(database.Target, CancellationToken.None);
        await new DatabaseMigrator([], Quick).ApplyAsync(session.Connection);

        var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync(Quick with { RunLockTimeout = TimeSpan.FromMilliseconds(50) }));
        error.Code.ShouldBe(MigrationError.Busy);
        error.Message.ShouldContain("migrator other-run (process");
    }

    [Fact]
    public async Task An_invalid_index_of_a_crashed_build_is_dropped_and_built_again()
    {
        await database.ExecuteAsOwnerAsync("create table a (id int); insert into a values (1), (1)");
        folder.With("1_i.sql", "-- migrator:tx none\ncreate unique index concurrently i on public.a (id)");
        (await Should.ThrowAsync<MigrationException>(() => ApplyAsync())).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        (await database.ScalarAsync<bool>("select indisvalid from pg_index where indexrelid = 'i'::regclass")).ShouldBeFalse();

        await database.ExecuteAsOwnerAsync("delete from a");
        (await ApplyAsync()).Applied.Single().Version.ShouldBe("1");
        (await database.ScalarAsync<bool>("select indisvalid from pg_index where indexrelid = 'i'::regclass")).ShouldBeTrue();
        (await ApplyAsync()).Applied.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("create index concurrently i on a (id)", "create index i on a (id)")]
    [InlineData("drop index concurrently j", "drop index j")]
    public async Task A_step_that_finished_before_the_crash_but_was_not_recorded_is_not_repeated(string statement, string crashed)
    {
        await database.ExecuteAsOwnerAsync("create table a (id int); create index j on a (id)");
        folder.With("1_i.sql", "-- migrator:tx none\ndo 'begin perform 1/0; end'");
        await Should.ThrowAsync<MigrationException>(() => ApplyAsync());

        // What a crash between the statement and its record leaves behind.
        await database.ExecuteAsOwnerAsync(crashed);
        folder.With("1_i.sql", $"-- migrator:tx none\n{statement}");
        (await ApplyAsync()).Applied.Single().Version.ShouldBe("1");
    }

    [Fact]
    public async Task An_index_that_somebody_else_made_under_the_same_name_is_not_taken_for_ours()
    {
        await database.ExecuteAsOwnerAsync("create table a (id int); create index i on a (id)");
        folder.With("1_i.sql", "-- migrator:tx none\ncreate index concurrently i on a (id)");
        (await Should.ThrowAsync<MigrationException>(() => ApplyAsync())).SqlState.ShouldBe(PostgresErrorCodes.DuplicateTable);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_stopped()
    {
        folder.With("1_a.sql", "-- migrator:timeout 50ms\nselect pg_sleep(10)");
        (await Should.ThrowAsync<MigrationException>(() => ApplyAsync())).Message.ShouldContain("migrator:timeout");
    }

    [Fact]
    public async Task A_database_that_does_not_exist_and_a_server_that_is_away_are_told_apart()
    {
        var settings = new NpgsqlConnectionStringBuilder(database.Database.ConnectionString) { Database = "nothing_here" };
        (await Should.ThrowAsync<MigrationException>(() => new DatabaseMigrator([], Quick).ApplyAsync(new DatabaseTarget(settings.ConnectionString)))).Code.ShouldBe(MigrationError.Refused);

        settings = new NpgsqlConnectionStringBuilder("Host=127.0.0.1;Port=1;Database=x;Username=x");
        (await Should.ThrowAsync<MigrationException>(() => new DatabaseMigrator([], Quick).ApplyAsync(new DatabaseTarget(settings.ConnectionString)))).IsTransient.ShouldBeTrue();
    }

    private async Task ShouldBeRefusedAsync(MigrationError code, string says)
    {
        var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync());
        error.Code.ShouldBe(code);
        error.Message.ShouldContain(says);
        error.Message.ShouldContain(database.Name);
    }

    private Task<DatabaseReport> ApplyAsync(MigratorOptions? options = null) =>
        new DatabaseMigrator(folder.Read(), options ?? Quick).ApplyAsync(database.Target);

    private sealed class CountedPauses : TimeProvider
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref count);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
