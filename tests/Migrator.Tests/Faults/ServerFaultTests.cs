using Migrator.Databases;
using Migrator.Fleet;
using Migrator.Tests.Support;
using Npgsql;
using Support;

namespace Migrator.Tests.Faults;

public sealed class ServerFaultTests : IDisposable
{
    private readonly MigrationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_server_killed_in_the_middle_of_a_run_is_waited_for_and_the_run_finishes()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var fleet = await TenantFleet.CreateAsync(16, "create table ran (version text)", cluster.ConnectionString);
        folder.With("1_a.sql", "insert into ran values ('1'); select pg_sleep(0.1)").With("2_b.sql", "insert into ran values ('2')");
        var migrator = new DatabaseMigrator(folder.Read(), new MigratorOptions());
        var runner = new FleetRunner(
            async (target, session, ct) => TargetResult.From(target, await migrator.ApplyAsync(session.Connection, session.Owner, ct), TargetState.Done),
            new FleetOptions { PerServer = 2, RequeuePause = TimeSpan.FromMilliseconds(200) },
            new FileJournal(Path.Combine(folder.Path, "journal")));

        var port = cluster.Running.Port;
        var running = runner.RunAsync("test", fleet.Targets.ToAsyncEnumerable(), default, default);
        await Eventually.Async(() => runner.Progress.Done > 3, TimeSpan.FromSeconds(30), "some are done");
        await cluster.KillAsync();
        await cluster.StartAgainAsync();
        cluster.Running.Port.ShouldBe(port);

        var report = await running;
        report.Count(TargetState.Done).ShouldBe(16, string.Join(Environment.NewLine, report.Problems.Select(problem => problem.Error)));
        NpgsqlConnection.ClearAllPools();
        (await fleet.ScalarsAsync<string>("select string_agg(version, ',' order by version) from ran")).ShouldAllBe(ran => ran == "1,2");
    }

    [Fact]
    public async Task A_crash_inside_a_concurrent_index_build_is_repaired_by_the_next_run()
    {
        await using var database = await OwnedDatabase.CreateAsync();
        await database.ExecuteAsOwnerAsync("create table a (id int)");
        folder.With("1_i.sql", "-- migrator:tx none\ncreate index concurrently i on a (id)");
        var migrator = new DatabaseMigrator(folder.Read(), new MigratorOptions { Run = "crashes" });

        await using (var tenant = await database.Database.OpenAsync())
        {
            await using var transaction = await tenant.BeginTransactionAsync();
            await using (var write = new NpgsqlCommand("insert into a values (1)", tenant, transaction)) await write.ExecuteNonQueryAsync();
            var building = migrator.ApplyAsync(database.Target);
            await Eventually.Async(async () => await database.ScalarAsync<long>("select count(*) from pg_index where indexrelid = to_regclass('i') and not indisvalid") == 1, TimeSpan.FromSeconds(10), "the build waits for the tenant");
            await database.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'migrator crashes' and datname = current_database()");
            (await Should.ThrowAsync<MigrationException>(() => building)).Code.ShouldBe(MigrationError.Unreachable);
            await transaction.CommitAsync();
        }

        (await migrator.ApplyAsync(database.Target)).HeadAfter.ShouldBe("1");
        (await database.ScalarAsync<bool>("select indisvalid from pg_index where indexrelid = 'i'::regclass")).ShouldBeTrue();
    }
}
