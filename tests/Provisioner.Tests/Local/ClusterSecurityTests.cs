using System.Diagnostics;
using Npgsql;
using Provisioner.Local;
using Support;

namespace Provisioner.Tests.Local;

/// <summary>How a cluster is shut off from everybody but its owner and, each in its own database, the tenants.</summary>
public sealed class ClusterSecurityTests(ClusterSecurityTests.Cluster fixture) : IClassFixture<ClusterSecurityTests.Cluster>
{
    private EmbeddedCluster Running => fixture.Value.Running;

    private string Admin => fixture.Value.ConnectionString;

    [Fact]
    public async Task The_server_runs_under_an_unprivileged_account_in_a_session_of_its_own()
    {
        var status = await File.ReadAllTextAsync($"/proc/{Running.ProcessId}/status");
        var stat = (await File.ReadAllTextAsync($"/proc/{Running.ProcessId}/stat")).Split(") ")[1].Split(' ');

        status.ShouldNotContain("Uid:\t0\t");
        stat[1].ShouldNotBe($"{Environment.ProcessId}", "a child would die with us");
        stat[3].ShouldBe($"{Running.ProcessId}", "the leader of its own session gets none of our signals");
    }

    [Fact]
    public async Task Secrets_in_our_environment_do_not_reach_the_server()
    {
        Environment.SetEnvironmentVariable("Hetzner__Token", "canary");
        await using var cluster = await TestCluster.StartAsync();

        var seen = await File.ReadAllTextAsync($"/proc/{cluster.Running.ProcessId}/environ");

        seen.ShouldContain("LC_ALL=C");
        seen.ShouldNotContain("canary");
    }

    [Fact]
    public async Task The_superusers_password_is_in_a_private_file_and_in_no_argument_list()
    {
        var file = Path.Combine(Running.Folder, "superuser.password");
        var password = await File.ReadAllTextAsync(file);

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        password.Length.ShouldBe(48);
        foreach (var process in Process.GetProcesses())
        {
            CommandLine(process.Id).ShouldNotContain(password);
        }
    }

    [Fact]
    public async Task Only_loopback_is_listened_on()
    {
        (await Sql.ScalarAsync(Admin, "show listen_addresses")).ShouldBe("127.0.0.1");
        (await Sql.ScalarAsync(Admin, "show unix_socket_directories")).ShouldBe("");
    }

    [Fact]
    public async Task A_wrong_password_is_refused() =>
        (await Sql.FailureAsync(As(ClusterFiles.Superuser, "postgres", "wrong"), "select 1")).ShouldBe(PostgresErrorCodes.InvalidPassword);

    [Fact]
    public async Task A_role_enters_the_database_of_its_name_and_no_other_even_with_the_privilege()
    {
        await Sql.ExecuteAsync(Admin, "create role t_a login password 'a'; create role t_b login password 'b'");
        await Sql.ExecuteAsync(Admin, "create database t_a");
        await Sql.ExecuteAsync(Admin, "create database t_b");
        await Sql.ExecuteAsync(Admin, "grant connect on database t_b, postgres, template1 to t_a");

        (await Sql.FailureAsync(As("t_a", "t_a", "a"), "select 1")).ShouldBeNull();
        foreach (var other in new[] { "t_b", "postgres", "template1" })
        {
            (await Sql.FailureAsync(As("t_a", other, "a"), "select 1")).ShouldBe(PostgresErrorCodes.InvalidAuthorizationSpecification, other);
        }
    }

    [Theory]
    [InlineData("wal_level", "logical")]
    [InlineData("max_connections", "500")]
    [InlineData("password_encryption", "scram-sha-256")]
    [InlineData("max_slot_wal_keep_size", "4GB")]
    [InlineData("autovacuum_naptime", "2000s")]
    [InlineData("fsync", null)]
    public void The_settings_for_tenants_hold(string setting, string? value) =>
        ClusterProfile.Tenants(databases: 1000).Settings.GetValueOrDefault(setting).ShouldBe(value);

    private string As(string role, string database, string password) =>
        new NpgsqlConnectionStringBuilder(Admin) { Username = role, Database = database, Password = password }.ConnectionString;

    private static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public sealed class Cluster : IAsyncLifetime
    {
        public TestCluster Value { get; private set; } = null!;

        public async Task InitializeAsync() => Value = await TestCluster.StartAsync();

        public async Task DisposeAsync() => await Value.DisposeAsync();
    }
}
