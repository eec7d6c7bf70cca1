using EndToEnd.World;
using Support;

namespace EndToEnd.Faults;

public sealed class TwoControlPlanesTests
{
    private const int Customers = 30;
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Two_share_the_work_and_no_step_has_two_owners()
    {
        await using var system = await LiveSystem.StartAsync(warm: 3);
        var second = await system.StartAnotherAsync();

        var asked = await Crowd.AskAsync(system, Customers, second);

        await Crowd.AllServedAsync(system, asked, Limit);
        (await system.ScalarAsync<long>("select count(distinct node) from operations")).ShouldBe(2);
        // One claim for each operation, one attempt at each step, and each step says its line once.
        (await system.RowsAsync<string>("select format('%s of %s was claimed %s times', workflow, subject, epoch) from operations where epoch <> 1")).ShouldBeEmpty();
        (await system.RowsAsync<string>("select format('%s was tried %s times', name, attempt) from operation_steps where attempt <> 1")).ShouldBeEmpty();
        (await system.RowsAsync<string>("select format('%s times: %s', count(*), line) from operation_log group by operation_id, step, line having count(*) > 1")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_frozen_one_is_replaced_within_thirty_seconds_and_changes_nothing_when_it_wakes()
    {
        await using var system = await LiveSystem.StartAsync();
        var frozen = await system.StartAnotherAsync();
        var asking = Crowd.AskAsync(system, Customers, frozen);
        await system.UntilInTheMiddleAsync($"/{frozen.Id}/");
        await frozen.FreezeAsync();
        var held = await system.RowsAsync<Guid>($"select id from operations where node like '%/{frozen.Id}/%' and state = 'running' and lease_until > now()");
        await Eventually.Async(
            async () => await system.ScalarAsync<long>($"select count(*) from operations where node like '%/{frozen.Id}/%' and finished_at is null") == 0,
            Takeover,
            "others have taken its work over");

        // The server may have carried out what the frozen one had said just before.
        var taken = await system.RowsAsync<Guid>($"select id from operations where id = any('{{{string.Join(',', held)}}}') and node not like '%/{frozen.Id}/%'");
        taken.ShouldNotBeEmpty("it was frozen too late to show anything");
        var asked = await asking;
        await Crowd.AllServedAsync(system, asked, Limit);

        var before = await EverythingAsync(system);
        await frozen.ThawAsync();
        await Eventually.Async(
            () => taken.All(h => frozen.Said.Any(line => line.Contains($"{h}", StringComparison.Ordinal) && line.Contains("worker", StringComparison.Ordinal))),
            Limit,
            "its workers have noticed that they own nothing any more");

        (await EverythingAsync(system)).ShouldBe(before);
        await Crowd.AllServedAsync(system, asked, Limit);
    }

    [Fact]
    public async Task One_that_freezes_while_it_builds_a_template_holds_nobody_up()
    {
        var migrations = Directory.CreateTempSubdirectory("controlplane-slow-");
        await File.WriteAllTextAsync(Path.Combine(migrations.FullName, "20261120000000_slow.sql"), "create table slow (id int primary key); select pg_sleep(3);");
        await using var system = await LiveSystem.StartAsync(migrations: migrations.FullName);
        var frozen = await system.StartAnotherAsync();
        (await system.AskAsync("acme", at: frozen)).Expect(202);
        await Eventually.Async(
            async () => await system.ScalarAsync<long>($"select count(*) from operations where node like '%/{frozen.Id}/%' and step = 1") == 1 && await IsMigratingAsync(system),
            Limit,
            "it builds the template");

        await frozen.FreezeAsync();

        await system.OnboardAsync("globex");
        await system.UntilDoneAsync(2, Limit);
        migrations.Delete(recursive: true);
    }

    private static async Task<bool> IsMigratingAsync(LiveSystem system)
    {
        await using var connection = new Npgsql.NpgsqlConnection(system.Server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("select exists (select from pg_stat_activity where state = 'active' and query like '%pg_sleep(3)%' and pid <> pg_backend_pid())", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Every row that a worker can change.</summary>
    private static Task<IReadOnlyList<string>> EverythingAsync(LiveSystem system) => system.RowsAsync<string>(
        """
        select 'operation ' || o::text from operations o
        union all select 'step ' || s::text from operation_steps s
        union all select 'line ' || l::text from operation_log l
        union all select 'tenant ' || t::text from tenants t
        union all select 'database ' || d::text from tenant_databases d
        union all select 'route ' || r::text from routes r
        order by 1
        """);
}
