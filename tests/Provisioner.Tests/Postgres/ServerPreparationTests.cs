using Npgsql;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Postgres;

/// <summary>A server as it is when the control plane first meets it, or after somebody changed it.</summary>
public sealed class ServerPreparationTests : IAsyncLifetime
{
    private readonly TenantDatabaseName name = new(Guid.CreateVersion7());
    private readonly LoginPassword password = LoginPassword.Generate();
    private TestCluster cluster = null!;

    public async Task InitializeAsync() => cluster = await TestCluster.StartAsync();

    [Fact]
    public async Task Several_control_planes_prepare_a_server_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var server = new PostgresServer(cluster.ConnectionString, "tests");
            await server.CreateRolesAsync(new TenantDatabaseName(Guid.CreateVersion7()), password, new TenantRoleLimits(), default);
        }));

        (await OpenDatabasesAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task A_server_opened_to_everybody_is_closed_again_at_the_next_start()
    {
        await PrepareAsync();
        await Sql.ExecuteAsync(cluster.ConnectionString, "grant connect on database postgres to public");

        await PrepareAsync();

        (await OpenDatabasesAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task An_administrator_who_is_no_superuser_is_refused_by_name()
    {
        await Sql.ExecuteAsync(cluster.ConnectionString, "create role postgres login createdb createrole password 'weak'");
        await using var server = new PostgresServer(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Username = "postgres", Password = "weak" }.ConnectionString, "tests");

        var failure = await Should.ThrowAsync<ProvisioningException>(() => server.CreateRolesAsync(name, password, new TenantRoleLimits(), default));

        failure.Code.ShouldBe("not_superuser");
    }

    [Fact]
    public async Task Privileges_alone_refuse_other_databases_where_pg_hba_lets_everybody_in()
    {
        await using var server = new PostgresServer(cluster.ConnectionString, "tests");
        var (template, neighbour) = (TemplateName.For("open"), new TenantDatabaseName(Guid.CreateVersion7()));
        await server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);
        foreach (var tenant in new[] { name, neighbour })
        {
            await server.CreateRolesAsync(tenant, password, new TenantRoleLimits(), default);
            await server.CreateDatabaseAsync(tenant, template, tenant: null, default);
            await server.GrantAccessAsync(tenant, template, default);
        }

        await File.WriteAllTextAsync(Path.Combine(cluster.Running.Folder, "data", "pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
        await Sql.ExecuteAsync(cluster.ConnectionString, "select pg_reload_conf()");
        var login = new NpgsqlConnectionStringBuilder(server.LoginConnectionString(name, password));

        await Eventually.Async(
            async () => await Sql.FailureAsync(In(login, "postgres"), "select 1") == PostgresErrorCodes.InsufficientPrivilege,
            TimeSpan.FromSeconds(10),
            "pg_hba.conf is read again, and then the privilege refuses");
        (await Sql.FailureAsync(In(login, "template1"), "select 1")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await Sql.FailureAsync(In(login, neighbour.Database), "select 1")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await Sql.FailureAsync(In(login, name.Database), "select 1")).ShouldBeNull();
    }

    [Fact]
    public async Task A_clear_password_never_reaches_the_servers_log()
    {
        await Sql.ExecuteAsync(cluster.ConnectionString, "alter system set log_statement = 'all'");
        await Sql.ExecuteAsync(cluster.ConnectionString, "select pg_reload_conf()");
        await Eventually.Async(async () => await Sql.ScalarAsync(cluster.ConnectionString, "show log_statement") is "all", TimeSpan.FromSeconds(10), "log_statement is on");
        await using var server = new PostgresServer(cluster.ConnectionString, "tests");

        await server.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
        await server.CreateDatabaseAsync(name, TemplateName.Empty, tenant: null, default);
        await server.GrantAccessAsync(name, TemplateName.Empty, default);

        var log = await File.ReadAllTextAsync(Path.Combine(cluster.Running.Folder, "server.log"));
        log.ShouldContain(name.Login);
        log.ShouldNotContain(password.Reveal());
        var owner = new OwnerLogin(new NpgsqlConnectionStringBuilder(cluster.ConnectionString)).ConnectionString(name.Database, name.Owner);
        log.ShouldNotContain(new NpgsqlConnectionStringBuilder(owner).Password!);
    }

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    private async Task PrepareAsync()
    {
        await using var server = new PostgresServer(cluster.ConnectionString, "tests");
        await server.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
    }

    private async Task<object?> OpenDatabasesAsync() => await Sql.ScalarAsync(
        cluster.ConnectionString,
        "select count(*) from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where datname in ('postgres', 'template1') and grantee = 0");

    private static string In(NpgsqlConnectionStringBuilder login, string database) =>
        new NpgsqlConnectionStringBuilder(login.ConnectionString) { Database = database }.ConnectionString;
}
