using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Tests.Postgres;

/// <summary>From the roles to the drop, each act once and again.</summary>
public sealed class TenantLifeTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task A_tenant_works_with_its_rows()
    {
        var (name, password) = await world.CreateTenantAsync();
        var login = world.Server.LoginConnectionString(name, password);

        await Sql.ExecuteAsync(login, "insert into contacts (name) values ('Ada'); update contacts set name = 'Ada L.'; insert into crm.deals values (1)");

        (await Sql.ScalarAsync(login, "select shout(name) from names")).ShouldBe("ADA L.");
        (await Sql.ScalarAsync(login, "select nextval('invoice_number')")).ShouldBe(1L);
        await Sql.ExecuteAsync(login, "delete from contacts; create temporary table scratch (id int)");
    }

    [Fact]
    public async Task Every_act_may_be_repeated()
    {
        var (name, password) = await world.CreateTenantAsync();
        var login = world.Server.LoginConnectionString(name, password);
        await Sql.ExecuteAsync(login, "insert into contacts (name) values ('Ada')");

        await world.Server.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
        await world.Server.CreateDatabaseAsync(name, world.Template, tenant: null, default);
        await world.Server.GrantAccessAsync(name, world.Template, default);
        await Sql.ExecuteAsync(world.Server.LoginConnectionString(name, password), "select 1");

        (await Sql.ScalarAsync(login, "select count(*) from contacts")).ShouldBe(1L);
        await world.Server.DropDatabaseAsync(name, default);
        await world.Server.DropDatabaseAsync(name, default);
        await world.Server.DropRolesAsync(name, default);
        await world.Server.DropRolesAsync(name, default);
    }

    [Fact]
    public async Task Eight_tenants_are_asked_for_at_once_and_two_made_at_a_time()
    {
        var making = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.CreateTenantAsync()));
        var most = 0L;
        while (!making.IsCompleted)
        {
            most = Math.Max(most, (long)(await Sql.ScalarAsync(world.Admin, $"select count(*) from pg_stat_activity where state = 'active' and query like 'create database%{world.Template.Database}%'"))!);
        }

        var tenants = await making;

        most.ShouldBeInRange(1, 2, "more clones at a time only make each other slower");
        foreach (var (name, password) in tenants)
        {
            await Sql.ExecuteAsync(world.Server.LoginConnectionString(name, password), "select 1");
        }
    }

    [Fact]
    public async Task Two_workers_on_one_tenant_come_to_one_database()
    {
        var (name, password) = (world.NewName(), LoginPassword.Generate());

        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            await world.Server.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
            await world.Server.CreateDatabaseAsync(name, world.Template, tenant: null, default);
            await world.Server.GrantAccessAsync(name, world.Template, default);
        }));

        await Sql.ExecuteAsync(world.Server.LoginConnectionString(name, password), "select 1");
    }

    [Fact]
    public async Task The_database_knows_its_tenant()
    {
        var (name, password) = await world.CreateTenantAsync();
        var tenant = Guid.CreateVersion7();

        await world.Server.BindTenantAsync(name, tenant, default);

        (await Sql.ScalarAsync(world.Server.LoginConnectionString(name, password), "select current_setting('controlplane.tenant_id')")).ShouldBe($"{tenant}");
    }

    [Fact]
    public async Task A_tenant_shut_out_has_no_session_left_and_comes_back()
    {
        var (name, password) = await world.CreateTenantAsync();
        var login = world.Server.LoginConnectionString(name, password) + ";Pooling=false";
        await using var open = new NpgsqlConnection(login);
        await open.OpenAsync();

        await world.Server.SetLoginAsync(name, enabled: false, default);

        (await Sql.ScalarAsync(world.Admin, $"select count(*) from pg_stat_activity where datname = '{name.Database}'")).ShouldBe(0L);
        (await Sql.FailureAsync(login, "select 1")).ShouldBe(PostgresErrorCodes.InvalidAuthorizationSpecification);
        await world.Server.SetLoginAsync(name, enabled: true, default);
        (await Sql.FailureAsync(login, "select 1")).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_password_replaces_the_old()
    {
        var (name, old) = await world.CreateTenantAsync();
        var changed = LoginPassword.Generate();

        await world.Server.SetPasswordAsync(name, changed, default);

        (await Sql.FailureAsync(world.Server.LoginConnectionString(name, old), "select 1")).ShouldBe(PostgresErrorCodes.InvalidPassword);
        await Sql.ExecuteAsync(world.Server.LoginConnectionString(name, changed), "select 1");
    }

    [Fact]
    public async Task A_database_in_use_is_dropped_all_the_same()
    {
        var (name, password) = await world.CreateTenantAsync();
        await using var open = new NpgsqlConnection(world.Server.LoginConnectionString(name, password) + ";Pooling=false");
        await open.OpenAsync();

        await world.Server.DropDatabaseAsync(name, default);

        (await world.Server.ListAsync(default)).Databases.ShouldNotContain(d => d.Name == name.Database);
    }

    [Fact]
    public async Task Acts_on_a_tenant_that_is_not_there_say_so()
    {
        var name = world.NewName();

        (await Should.ThrowAsync<PostgresException>(() => world.Server.BindTenantAsync(name, Guid.Empty, default))).SqlState.ShouldBe(PostgresErrorCodes.InvalidCatalogName);
        (await Should.ThrowAsync<PostgresException>(() => world.Server.SetLoginAsync(name, enabled: false, default))).SqlState.ShouldBe(PostgresErrorCodes.UndefinedObject);
    }
}
