using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Local;
using Support;

namespace Provisioner.Tests.Local;

/// <summary>What a start must survive.</summary>
public sealed class EmbeddedPostgresTests
{
    [Fact]
    public async Task A_killed_server_starts_again_with_its_data()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Sql.ExecuteAsync(cluster.ConnectionString, "create table kept (id int)");

        await cluster.KillAsync();
        await cluster.StartAgainAsync();

        await Sql.ExecuteAsync(cluster.ConnectionString, "select id from kept");
    }

    [Fact]
    public async Task A_running_server_is_adopted()
    {
        await using var cluster = await TestCluster.StartAsync();
        var before = cluster.Running.ProcessId;

        await cluster.StartAgainAsync();

        cluster.Running.ProcessId.ShouldBe(before);
    }

    [Fact]
    public async Task The_port_is_remembered()
    {
        await using var cluster = await TestCluster.StartAsync();
        var before = cluster.Running.Port;

        await cluster.RestartAsync();

        cluster.Running.Port.ShouldBe(before);
    }

    [Fact]
    public async Task A_port_taken_by_a_stranger_is_given_up()
    {
        await using var cluster = await TestCluster.StartAsync();
        var before = cluster.Running.Port;
        await cluster.StopAsync();
        using var stranger = new TcpListener(IPAddress.Loopback, before);
        stranger.Start();

        await cluster.StartAgainAsync();

        cluster.Running.Port.ShouldNotBe(before);
        await Sql.ExecuteAsync(cluster.ConnectionString, "select 1");
    }

    [Fact]
    public async Task A_process_that_reuses_the_pid_of_a_killed_server_is_not_taken_for_it()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.KillAsync();
        using var stranger = await Stranger.StartAsync(cluster.Running.Folder);
        await Stranger.NameInPidFileAsync(cluster.Running.Folder, stranger.ProcessId);

        await cluster.StartAgainAsync();

        cluster.Running.ProcessId.ShouldNotBe(stranger.ProcessId);
        await Sql.ExecuteAsync(cluster.ConnectionString, "select 1");
    }

    [Fact]
    public async Task A_half_made_cluster_is_made_anew()
    {
        const string name = "half-made";
        var home = Path.Combine(ThrowawayFolder.Path, name);
        Directory.CreateDirectory(Path.Combine(home, "data.new"));
        await File.WriteAllTextAsync(Path.Combine(home, "data.new", "PG_VERSION"), "15\n");
        await (await ServerAccount.ChooseAsync(home, default)).CreateFolderAsync(Path.Combine(home, "data.new"), default);

        var cluster = await Embedded().StartAsync(name, ClusterProfile.Throwaway(), default);

        await Sql.ExecuteAsync(cluster.ConnectionString, "select 1");
        Directory.Exists(Path.Combine(home, "data.new")).ShouldBeFalse();
        await cluster.DeleteAsync(default);
    }

    [Fact]
    public async Task Two_starters_at_once_get_the_same_server()
    {
        var both = await Task.WhenAll(
            Embedded().StartAsync("together", ClusterProfile.Throwaway(), default),
            Embedded().StartAsync("together", ClusterProfile.Throwaway(), default));

        both[0].ProcessId.ShouldBe(both[1].ProcessId);
        await both[0].DeleteAsync(default);
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_what_its_log_says()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.StopAsync();
        await File.AppendAllTextAsync(Path.Combine(cluster.Running.Folder, "data", "postgresql.auto.conf"), "shared_buffers = 'plenty'\n");

        var failure = await Should.ThrowAsync<ProvisioningException>(cluster.StartAgainAsync);

        failure.Code.ShouldBe("cluster_start_failed");
        failure.Message.ShouldContain("invalid value for parameter \"shared_buffers\"");
    }

    [Fact]
    public async Task Data_of_a_version_that_is_not_installed_are_left_alone()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.StopAsync();
        var version = Path.Combine(cluster.Running.Folder, "data", "PG_VERSION");
        await File.WriteAllTextAsync(version, "9\n");

        var failure = await Should.ThrowAsync<ProvisioningException>(cluster.StartAgainAsync);

        failure.Message.ShouldContain("was made by PostgreSQL 9");
    }

    [Fact]
    public async Task Missing_programs_are_named_with_the_remedy()
    {
        var options = new EmbeddedPostgresOptions { DataFolder = Path.Combine(ThrowawayFolder.Path, "nothing"), BinariesFolder = "/nowhere/bin" };

        var failure = await Should.ThrowAsync<ProvisioningException>(() =>
            new EmbeddedPostgres(options, NullLogger<EmbeddedPostgres>.Instance).StartAsync("none", ClusterProfile.Throwaway(), default));

        failure.Code.ShouldBe("no_server_binaries");
        failure.Message.ShouldContain("/nowhere/bin");
    }

    private static EmbeddedPostgres Embedded() =>
        new(new EmbeddedPostgresOptions { DataFolder = ThrowawayFolder.Path }, NullLogger<EmbeddedPostgres>.Instance);
}
