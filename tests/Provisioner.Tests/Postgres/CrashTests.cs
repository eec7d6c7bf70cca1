using System.Diagnostics;
using Npgsql;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Postgres;

/// <summary>The server, or we, killed in the middle of making or dropping a database.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private readonly TenantDatabaseName name = new(Guid.CreateVersion7());
    private readonly LoginPassword password = LoginPassword.Generate();
    private readonly TemplateName template = TemplateName.For("crash");
    private TestCluster cluster = null!;
    private PostgresServer server = null!;

    public async Task InitializeAsync()
    {
        cluster = await TestCluster.StartAsync();
        server = new PostgresServer(cluster.ConnectionString, "tests");
        await server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);
        await server.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    public async Task The_server_is_killed_inside_create_database(int afterMilliseconds)
    {
        await KillDuringAsync(() => server.CreateDatabaseAsync(name, template, tenant: null, default), afterMilliseconds);

        await server.CreateDatabaseAsync(name, template, tenant: null, default);
        await server.GrantAccessAsync(name, template, default);
        await Sql.ExecuteAsync(server.LoginConnectionString(name, password), "select 1");
        (await server.ListAsync(default)).Databases.Count(d => d.Tag?.TenantDatabaseId == name.Id).ShouldBe(1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(30)]
    public async Task The_server_is_killed_inside_drop_database(int afterMilliseconds)
    {
        await server.CreateDatabaseAsync(name, template, tenant: null, default);
        await KillDuringAsync(() => server.DropDatabaseAsync(name, default), afterMilliseconds);

        await server.DropDatabaseAsync(name, default);
        await server.DropRolesAsync(name, default);

        var left = await server.ListAsync(default);
        left.Databases.ShouldAllBe(d => d.Tag!.Fingerprint != null);
        left.Roles.ShouldAllBe(r => r.Tag!.Fingerprint != null);
    }

    [Fact]
    public async Task A_database_marked_unusable_is_made_anew_or_dropped()
    {
        await server.CreateDatabaseAsync(name, template, tenant: null, default);
        await MarkUnusableAsync();
        (await server.ListAsync(default)).Databases.Single(d => d.Name == name.Database).IsUsable.ShouldBeFalse();

        await server.CreateDatabaseAsync(name, template, tenant: null, default);
        await server.GrantAccessAsync(name, template, default);
        await Sql.ExecuteAsync(server.LoginConnectionString(name, password), "select 1");

        await MarkUnusableAsync();
        await server.DropDatabaseAsync(name, default);
        (await server.ListAsync(default)).Databases.ShouldNotContain(d => d.Name == name.Database);
    }

    [Fact]
    public async Task We_are_killed_right_after_create_database()
    {
        await Sql.ExecuteAsync(cluster.ConnectionString, $"create database \"{name.Database}\" owner \"{name.Owner}\" template \"{template.Database}\" allow_connections false");

        await server.CreateDatabaseAsync(name, template, tenant: null, default);
        await server.GrantAccessAsync(name, template, default);

        await Sql.ExecuteAsync(server.LoginConnectionString(name, password), "select 1");
        (await Sql.ScalarAsync(cluster.ConnectionString, $"select datdba::regrole::text from pg_database where datname = '{name.Database}'")).ShouldBe("controlplane");
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await cluster.DisposeAsync();
    }

    private async Task KillDuringAsync(Func<Task> act, int afterMilliseconds)
    {
        var acting = act();
        var clock = Stopwatch.StartNew();
        await Eventually.Async(() => clock.ElapsedMilliseconds >= afterMilliseconds || acting.IsCompleted, TimeSpan.FromSeconds(5), "the moment to kill");
        await cluster.KillAsync();
        try
        {
            await acting;
        }
        catch (NpgsqlException)
        {
            // Broken connection, or an answer that the server is going down.
        }

        await cluster.StartAgainAsync();
        await server.DisposeAsync();
        server = new PostgresServer(cluster.ConnectionString, "tests");
    }

    /// <summary>What DROP DATABASE does before it removes files.</summary>
    private Task MarkUnusableAsync() =>
        Sql.ExecuteAsync(cluster.ConnectionString, $"set allow_system_table_mods = on; update pg_database set datconnlimit = -2 where datname = '{name.Database}'");
}
