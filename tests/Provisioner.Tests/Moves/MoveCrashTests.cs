using Npgsql;
using Provisioner.Moves;
using Support;

namespace Provisioner.Tests.Moves;

/// <summary>What a server that goes down in the middle of a move may cost: nothing.</summary>
public sealed class MoveCrashTests(MoveWorld world) : IClassFixture<MoveWorld>
{
    [Fact]
    public async Task That_a_table_is_copied_is_on_the_disk_before_the_other_server_forgets_it_and_later_nothing_waits_for_the_disk()
    {
        await using var tenant = await world.CreateAsync(MovedRowsTests.Schema);

        await tenant.PrepareAsync(async () => (await WaitsAsync()).ShouldBe("on"));

        (await WaitsAsync()).ShouldBe("off");

        async Task<object?> WaitsAsync() =>
            await Sql.ScalarAsync(tenant.AdminAfter, $"select subsynccommit from pg_subscription where subname = '{tenant.Names.Forth}'");
    }

    [Fact]
    public async Task Rows_that_are_to_come_from_a_server_that_is_down_are_waited_for()
    {
        await using var tenant = await WithoutWayBackAsync();
        await world.TargetCluster.KillAsync();

        await Should.ThrowAsync<NpgsqlException>(() => tenant.Back.SubscribeAsync(copy: false, enabled: false, default));
        await MoveWorld.StartAgainAsync(world.TargetCluster, world.Target);
        await MoveWorld.UntilDoneAsync(() => tenant.Back.SubscribeAsync(copy: false, enabled: false, default));
    }

    [Fact]
    public async Task A_server_that_does_not_let_the_other_in_is_said_to_be_out_of_reach()
    {
        await using var tenant = await WithoutWayBackAsync();
        await Sql.ExecuteAsync(tenant.AdminAfter, $"alter role {tenant.Names.Role} nologin");

        var error = await Should.ThrowAsync<ProvisioningException>(() => tenant.Back.SubscribeAsync(copy: false, enabled: false, default));

        error.Code.ShouldBe("source_unreachable");
        error.Message.ShouldContain("pg_hba.conf");
    }

    [Fact]
    public async Task A_copy_that_is_done_without_a_note_of_it_is_found()
    {
        await using var tenant = await world.CreateAsync(MovedRowsTests.Schema);
        await tenant.PrepareAsync();
        (await tenant.Forth.FindLostCopiesAsync(default)).ShouldBeEmpty();
        var table = (string)(await Sql.ScalarAsync(tenant.AdminAfter, "select min(srrelid::regclass::text) from pg_subscription_rel"))!;

        // As a crash between the end of its slot and the commit leaves it.
        await tenant.Forth.DisableAsync(default);
        await Sql.ExecuteAsync(tenant.AdminAfter, $"update pg_subscription_rel set srsubstate = 'f' where srrelid = '{table}'::regclass");
        await tenant.Forth.EnableAsync(default);

        (await tenant.Forth.FindLostCopiesAsync(default)).ShouldBe([table]);
        await Eventually.Async(async () => (await tenant.Forth.ProgressAsync(default)).Errors > 0, TimeSpan.FromSeconds(30), "the copy fails");
        (await tenant.Forth.FindLostCopiesAsync(default)).ShouldBe([table]);
    }

    [Fact]
    public async Task A_new_server_that_dies_the_moment_a_table_is_copied_goes_on_when_it_is_back()
    {
        // A commit that nobody waits for is lost then.
        await Sql.ExecuteAsync(world.TargetCluster.ConnectionString, "alter system set wal_writer_delay = '10s'");
        await Sql.ScalarAsync(world.TargetCluster.ConnectionString, "select pg_reload_conf()");
        // The first row takes its time, so that the copy can be watched.
        await using var tenant = await world.CreateAsync("create table many (id int primary key check (id > 1 or pg_sleep(2)::text = ''))");
        await Sql.ExecuteAsync(tenant.Before, "insert into many select generate_series(1, 1000)");

        await tenant.PrepareAsync(async () =>
        {
            await using (var watching = new NpgsqlConnection(tenant.AdminAfter))
            {
                await watching.OpenAsync();
                await using var state = new NpgsqlCommand("select srsubstate::text from pg_subscription_rel where srrelid = 'many'::regclass", watching);
                await using var copying = new NpgsqlCommand("select max(pid) filter (where relid is null)::text from pg_stat_subscription having bool_or(relid = 'many'::regclass)", watching);
                string? leader = null;
                await Eventually.Async(async () => (leader = await copying.ExecuteScalarAsync() as string) is not null, TimeSpan.FromSeconds(10), "rows are copied");
                // It lets the worker that copies wait before its end, so that all but the last commit is on the disk.
                await SignalAsync("STOP", leader!);
                await Eventually.Async(async () => await state.ExecuteScalarAsync() is "f", TimeSpan.FromSeconds(30), "rows are copied but for those that came meanwhile");
                await Sql.ExecuteAsync(world.TargetCluster.ConnectionString, "checkpoint");
                await SignalAsync("CONT", leader!);
                while (await state.ExecuteScalarAsync() is "f")
                {
                    // As soon as possible.
                }
            }

            await MoveWorld.CrashAsync(world.TargetCluster, world.Target);
            await tenant.To.DisposeAsync();
            await MoveWorld.UntilDoneAsync(() => tenant.Forth.ProgressAsync(default));
        });

        (await Sql.ScalarAsync(tenant.AdminAfter, "select count(*) from many")).ShouldBe(1000L);

        static async Task SignalAsync(string signal, string process) =>
            await System.Diagnostics.Process.Start("kill", [$"-{signal}", process]).WaitForExitAsync();
    }

    [Fact]
    public async Task A_crash_of_the_new_server_after_the_cut_sends_nothing_back_that_came_from_the_old_one()
    {
        await using var tenant = await world.CreateAsync(MovedRowsTests.Schema);
        await tenant.PrepareAsync();
        await Sql.ExecuteAsync(tenant.Before, "insert into contacts (name) values ('Ada')");
        await tenant.CutAsync();

        await MoveWorld.CrashAsync(world.TargetCluster, world.Target);
        await tenant.To.DisposeAsync();
        await MoveWorld.UntilDoneAsync(tenant.TurnAroundAsync);
        await Sql.ExecuteAsync(tenant.After, "insert into contacts (name) values ('Bob')");

        await tenant.From.AwaitAsync(await tenant.To.PingAsync(default), TimeSpan.FromSeconds(30), default);
        (await Sql.ScalarAsync(tenant.AdminBefore, "select string_agg(id || name, ',' order by id) from contacts")).ShouldBe("1Ada.,2Bob.");
    }

    [Fact]
    public async Task A_crash_of_the_old_server_after_the_cut_makes_no_sequence_differ()
    {
        await using var tenant = await world.CreateAsync(MovedRowsTests.Schema);
        await Sql.ExecuteAsync(tenant.Before, "select nextval('invoices')");
        await tenant.PrepareAsync();
        await tenant.CutAsync();

        await MoveWorld.CrashAsync(world.SourceCluster, world.Source);
        await tenant.From.DisposeAsync();
        (await Sql.ScalarAsync(tenant.AdminBefore, "select last_value > 1 from invoices")).ShouldBe(true, "PostgreSQL writes numbers down in advance");
        ComparisonReport report = null!;
        await MoveWorld.UntilDoneAsync(async () => report = await CompareAsync());

        report.Differences.ShouldBeEmpty();
        await Sql.ExecuteAsync(tenant.AdminAfter, "select setval('invoices', 1, false)");
        (await CompareAsync()).Differences.ShouldHaveSingleItem().Detail.ShouldContain("1 (not used yet) on the target");

        async Task<ComparisonReport> CompareAsync()
        {
            await using var source = await DatabaseSnapshot.TakeAsync(world.Source, tenant.From.Name, default);
            await using var target = await DatabaseSnapshot.TakeAsync(world.Target, tenant.To.Name, default);
            return await RowComparison.CompareAsync(source, target, null, default);
        }
    }

    /// <summary>A tenant whose old server is yet to ask for what is written on the new one.</summary>
    private async Task<MovingTenant> WithoutWayBackAsync()
    {
        var tenant = await world.CreateAsync(MovedRowsTests.Schema);
        await tenant.PrepareAsync();
        await tenant.Back.DropAsync(default);
        await tenant.Back.PublishAsync(default);
        await tenant.Back.KeepAsync(default);
        return tenant;
    }
}
