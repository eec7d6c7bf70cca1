using Npgsql;
using Provisioner.Moves;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Moves.Preflight;

/// <summary>A server whose settings are changed, as source and as target of a move to and from one that is right.</summary>
public sealed class ServerSettingTests : IAsyncLifetime
{
    private static readonly MovePreflight Quick = new() { Watch = TimeSpan.Zero };

    private readonly TenantDatabaseName name = new(Guid.CreateVersion7());
    private TestCluster cluster = null!;
    private PostgresServer odd = null!;
    private PostgresServer right = null!;

    private string Tenant => new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = name.Database }.ConnectionString;

    public async Task InitializeAsync()
    {
        cluster = await TestCluster.StartAsync();
        right = new PostgresServer(await TestServer.ConnectionStringAsync(), "tests");
        await StartAsync();
    }

    [Fact]
    public async Task A_server_that_does_not_log_for_replication_is_refused_on_either_side_but_may_take_a_dump()
    {
        await RestartWithAsync("wal_level", "replica");

        var away = await Quick.InspectAsync(odd, name, right, default);
        var dump = await new MovePreflight { Wish = MoveMode.Dump, Watch = TimeSpan.Zero }.InspectAsync(odd, name, right, default);

        var finding = away.Findings.Where(f => f.Code == "wal_level").ShouldHaveSingleItem();
        finding.Verdict.ShouldBe(MoveVerdict.Refused);
        finding.Subject.ShouldBe($"{odd.Host}:{odd.Port}");
        finding.Advice.ShouldContain("wal_level = logical");
        finding.Advice.ShouldContain("restart");
        dump.Findings.ShouldNotContain(f => f.Code == "wal_level");
        ReplicationChecks.Compare(Readings.Plain, Readings.Plain with { Place = "target", WalLevel = "replica" }).ShouldHaveSingleItem().Subject.ShouldBe("target");
    }

    [Fact]
    public async Task A_server_whose_replication_slots_are_all_taken_is_refused()
    {
        await Sql.ExecuteAsync(cluster.ConnectionString, "select count(pg_create_physical_replication_slot('taken_' || i)) from generate_series(1, current_setting('max_replication_slots')::int - 1) i");

        var finding = (await Quick.InspectAsync(odd, name, right, default)).Findings.Where(f => f.Code == "replication_slots").ShouldHaveSingleItem();

        finding.Verdict.ShouldBe(MoveVerdict.Refused);
        finding.Detail.ShouldMatch("[0-9]+ of [0-9]+ are in use .*needs 2");
    }

    [Theory]
    [InlineData("max_wal_senders", "0", "wal_senders")]
    [InlineData("max_logical_replication_workers", "0", "replication_workers")]
    [InlineData("max_worker_processes", "0", "worker_processes")]
    public async Task A_server_without_processes_for_replication_is_refused(string setting, string value, string code)
    {
        await RestartWithAsync(setting, value);

        var plan = await Quick.InspectAsync(odd, name, right, default);

        plan.Findings.Where(f => f.Code == code).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Verdict.ShouldBe(MoveVerdict.Refused), f => f.Advice.ShouldContain(setting));
    }

    [Fact]
    public async Task A_prepared_transaction_is_refused_by_its_name_and_warned_of_from_elsewhere()
    {
        await RestartWithAsync("max_prepared_transactions", "4");
        await using (var connection = new NpgsqlConnection(Tenant))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("begin; create table half (id int); prepare transaction 'order 66'", connection);
            await command.ExecuteNonQueryAsync();
        }

        await using (var connection = new NpgsqlConnection(cluster.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("begin; create table half (id int); prepare transaction 'elsewhere'", connection);
            await command.ExecuteNonQueryAsync();
        }

        var plan = await Quick.InspectAsync(odd, name, right, default);

        plan.Findings.Single(f => f.Code == "prepared_transaction").ShouldSatisfyAllConditions(
            f => f.Verdict.ShouldBe(MoveVerdict.Refused), f => f.Subject.ShouldBe("order 66"), f => f.Advice.ShouldContain("rollback prepared 'order 66'"));
        plan.Findings.Single(f => f.Code == "prepared_transaction_elsewhere").ShouldSatisfyAllConditions(
            f => f.Verdict.ShouldBe(MoveVerdict.Warning), f => f.Subject.ShouldBe("elsewhere"));
    }

    [Fact]
    public void A_slot_that_would_be_given_up_before_the_copy_is_there_is_warned_of()
    {
        var facts = new MoveFacts(1_000_000_000, 0, 1, 0, 0, WriteBytesPerSecond: 50e6, TimeSpan.Zero, TimeSpan.Zero, null);
        var plan = new MovePlan(MoveMode.Replication, [], facts);

        ReplicationChecks.CompareKeeping(Readings.Plain with { SlotKeepBytes = 100_000_000 }, plan).ShouldHaveSingleItem().Code.ShouldBe("wal_keep");
        ReplicationChecks.CompareKeeping(Readings.Plain with { SlotKeepBytes = 4_000_000_000 }, plan).ShouldBeEmpty();
        ReplicationChecks.CompareKeeping(Readings.Plain, plan).ShouldBeEmpty();
    }

    public async Task DisposeAsync()
    {
        await odd.DisposeAsync();
        await right.DisposeAsync();
        await cluster.DisposeAsync();
    }

    private async Task StartAsync()
    {
        odd = new PostgresServer(cluster.ConnectionString, "tests");
        await odd.CreateRolesAsync(name, LoginPassword.Generate(), new TenantRoleLimits(), default);
        await odd.CreateDatabaseAsync(name, TemplateName.Empty, tenant: null, default);
    }

    private async Task RestartWithAsync(string setting, string value)
    {
        await Sql.ExecuteAsync(cluster.ConnectionString, $"alter system set {setting} = '{value}'");
        await odd.DisposeAsync();
        await cluster.RestartAsync();
        odd = new PostgresServer(cluster.ConnectionString, "tests");
    }
}
