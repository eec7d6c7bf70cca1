using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Tests.Postgres;

/// <summary>What a tenant's roles cannot do. Both are tried: the login, and the owner that migrations run as.</summary>
public sealed class IsolationTests(TenantWorld world) : IClassFixture<TenantWorld>, IAsyncLifetime
{
    private TenantDatabaseName name;
    private string login = "";
    private string owner = "";

    public async Task InitializeAsync()
    {
        (name, var password) = await world.SharedTenantAsync();
        login = world.Server.LoginConnectionString(name, password);
        owner = await world.OwnerAsync(name);
    }

    [Fact]
    public async Task The_login_has_the_privilege_to_connect_to_its_own_database_only()
    {
        var (neighbour, _) = await world.CreateTenantAsync();

        var open = await Sql.ScalarAsync(world.Admin, $"select array_agg(datname::text) from pg_database where datallowconn and has_database_privilege('{name.Login}', oid, 'connect')");

        open.ShouldBe(new[] { name.Database });
        (await Sql.ScalarAsync(world.Admin, $"select has_database_privilege('{neighbour.Login}', '{name.Database}', 'connect')")).ShouldBe(false);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("template1")]
    public async Task Other_databases_refuse_the_login(string database) =>
        (await Sql.FailureAsync(new NpgsqlConnectionStringBuilder(login) { Database = database }.ConnectionString, "select 1"))
            .ShouldBeOneOf(PostgresErrorCodes.InvalidAuthorizationSpecification, PostgresErrorCodes.InsufficientPrivilege);

    [Fact]
    public async Task The_roles_have_no_attribute_and_no_membership_that_matters()
    {
        var roles = (await world.Server.ListAsync(default)).Roles.Where(r => r.Tag?.TenantDatabaseId == name.Id).ToList();

        roles.Count.ShouldBe(2);
        roles.ShouldAllBe(r => !r.IsPrivileged);
        (await Sql.ScalarAsync(world.Admin, $"select count(*) from pg_auth_members where member = '\"{name.Login}\"'::regrole")).ShouldBe(0L);
    }

    [Theory]
    [InlineData("copy contacts from program 'id'")]
    [InlineData("copy contacts to program 'cat'")]
    [InlineData("copy contacts from '/etc/passwd'")]
    [InlineData("select pg_read_file('PG_VERSION')")]
    [InlineData("select pg_ls_dir('.')")]
    [InlineData("select lo_import('/etc/passwd')")]
    [InlineData("select lo_export(lo_create(0), '/tmp/stolen')")]
    [InlineData("create extension dblink")]
    [InlineData("create extension postgres_fdw")]
    [InlineData("create extension file_fdw")]
    [InlineData("create function c() returns int language c as 'libc.so.6', 'getpid'")]
    [InlineData("create event trigger always on ddl_command_end execute function suppress_redundant_updates_trigger()")]
    [InlineData("create role another")]
    [InlineData("create database another")]
    [InlineData("alter system set work_mem = '1GB'")]
    [InlineData("set role ADMIN")]
    [InlineData("set session authorization ADMIN")]
    [InlineData("set temp_file_limit = -1")]
    public async Task Neither_role_reaches_beyond_its_database(string sql)
    {
        sql = sql.Replace("ADMIN", world.AdminRole, StringComparison.Ordinal);
        (await Sql.FailureAsync(login, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await Sql.FailureAsync(owner, sql)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Untrusted_languages_cannot_be_installed()
    {
        // Whether or not the package is there, so the code differs.
        (await Sql.FailureAsync(login, "create extension plpython3u")).ShouldNotBeNull();
        (await Sql.FailureAsync(owner, "create extension plpython3u")).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("create table mine (id int)")]
    [InlineData("create function mine() returns int language sql as 'select 1'")]
    [InlineData("create schema mine")]
    [InlineData("create extension pg_trgm")]
    [InlineData("alter table contacts add column mine int")]
    [InlineData("drop table contacts")]
    [InlineData("truncate contacts")]
    [InlineData("create trigger mine before insert on contacts for each row execute function suppress_redundant_updates_trigger()")]
    [InlineData("delete from \"__EFMigrationsHistory\"")]
    [InlineData("insert into migrator.history values ('2')")]
    [InlineData("select unpinned()")]
    public async Task The_login_changes_rows_but_no_structure(string sql) =>
        (await Sql.FailureAsync(login, sql)).ShouldBeOneOf(PostgresErrorCodes.InsufficientPrivilege);

    [Fact]
    public async Task The_login_cannot_lift_the_limits_of_its_database_or_role()
    {
        (await Sql.FailureAsync(login, $"alter database \"{name.Database}\" connection limit 1000")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await Sql.FailureAsync(owner, $"alter database \"{name.Database}\" connection limit 1000")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await Sql.FailureAsync(login, $"alter role \"{name.Login}\" connection limit 1000")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task The_login_reads_the_history_of_migrations()
    {
        await Sql.ExecuteAsync(login, "select from migrator.history");
        await Sql.ExecuteAsync(login, "select from \"__EFMigrationsHistory\"");
    }

    [Fact]
    public async Task A_function_with_its_owners_rights_is_callable_when_its_search_path_is_pinned()
    {
        (await Sql.ScalarAsync(login, "select pinned()")).ShouldBe(name.Owner);
        (await Sql.ScalarAsync(login, "show search_path")).ShouldBe("public, pg_temp");
    }

    [Fact]
    public async Task Nothing_in_the_database_is_granted_to_public()
    {
        const string sql =
            """
            select string_agg(what, ', ') from (
              select nspname::text as what, coalesce(nspacl, acldefault('n', nspowner)) as acl from pg_namespace where nspname !~ '^(pg_|information_schema)'
              union all
              select oid::regclass::text, coalesce(relacl, acldefault('r', relowner)) from pg_class where relnamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')
              union all
              select oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)) from pg_proc where pronamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')
            ) as objects, aclexplode(acl) as granted
            where granted.grantee = 0
            """;
        (await Sql.ScalarAsync(owner, sql)).ShouldBe(DBNull.Value);
    }

    [Fact]
    public async Task What_later_migrations_make_is_usable_at_once_and_not_public()
    {
        await Sql.ExecuteAsync(owner, "create schema more; create table more.things (id int generated always as identity); create function more.one() returns int language sql as 'select 1'");

        await Sql.ExecuteAsync(login, "insert into more.things default values");
        (await Sql.ScalarAsync(login, "select more.one()")).ShouldBe(1);
        (await Sql.ScalarAsync(owner, "select count(*) from pg_proc, aclexplode(proacl) granted where proname = 'one' and granted.grantee = 0")).ShouldBe(0L);
        (await Sql.ScalarAsync(owner, "select tableowner::text from pg_tables where tablename = 'things'")).ShouldBe(name.Owner);
        await Sql.ExecuteAsync(owner, "drop schema more cascade");
    }

    [Fact]
    public async Task Nothing_is_left_to_the_templates_owner() =>
        (await Sql.ScalarAsync(world.AdminIn(name.Database), $"select count(*) from pg_shdepend where refobjid = '{world.Template.Owner}'::regrole and dbid = (select oid from pg_database where datname = current_database())"))
            .ShouldBe(0L);

    [Fact]
    public async Task The_owner_may_install_what_PostgreSQL_trusts()
    {
        await Sql.ExecuteAsync(owner, "create extension citext");
        await Sql.ExecuteAsync(owner, "drop extension citext");
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
