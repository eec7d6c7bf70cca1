using Migrator.Databases;
using Migrator.Tests.Support;
using Npgsql;

namespace Migrator.Tests.Databases;

/// <summary>Code that a tenant planted in its database runs during our migration; it must gain nothing.</summary>
public sealed class OwnerRoleTests : IAsyncLifetime
{
    // Tries every way up that a session could offer, and writes down who it got to be.
    private const string Plant =
        """
        create table loot (how text, who text, super text, session text);
        create function climb(how text) returns void language plpgsql as $$
        declare attempt text; superuser text := (select rolname from pg_roles where rolsuper order by oid limit 1);
        begin
          foreach attempt in array array['reset role', 'set role none', 'reset session authorization', 'set session authorization default', 'set session authorization ' || superuser, 'set role ' || superuser, 'create role planted superuser', 'alter role current_user superuser'] loop
            begin
              execute attempt;
            exception when others then null;
            end;
            insert into loot values (how || ': ' || attempt, current_user, current_setting('is_superuser'), session_user);
          end loop;
        end $$;
        create function climbing_trigger() returns trigger language plpgsql as $$ begin perform climb(tg_name); return null; end $$;
        create function climbing_index(id int) returns int immutable language plpgsql as $$ begin perform climb('index'); return id; end $$;
        create function climbing_default() returns int language plpgsql as $$ begin perform climb('default'); return 1; end $$;
        create table t (id int, extra int default climbing_default());
        create trigger immediate after insert on t for each row execute function climbing_trigger();
        create constraint trigger deferred after insert on t deferrable initially deferred for each row execute function climbing_trigger();
        create index i on t (climbing_index(id));
        """;

    private readonly MigrationFolder folder = new();
    private readonly OwnedDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public async Task DisposeAsync()
    {
        folder.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Planted_code_cannot_become_superuser_even_at_commit()
    {
        await database.ExecuteAsOwnerAsync(Plant);
        folder.With("1_a.sql", "insert into t (id) values (1)").With("2_b.sql", "reindex table t");

        await ApplyAsync(database.Target);

        (await database.ScalarAsync<string>("select string_agg(distinct split_part(how, ':', 1), ',' order by split_part(how, ':', 1)) from loot")).ShouldBe("default,deferred,immediate,index");
        (await database.ScalarAsync<string>("select string_agg(distinct concat_ws(' ', who, super, session), ', ') from loot")).ShouldBe($"{database.Owner} off {database.Owner}");
        (await database.ScalarAsync<long>("select count(*) from pg_roles where rolname = 'planted'")).ShouldBe(0);
    }

    [Fact]
    public async Task After_set_role_alone_planted_code_does_become_superuser()
    {
        await database.ExecuteAsOwnerAsync(Plant);
        await database.ExecuteAsOwnerAsync("insert into t (id) values (1)");
        (await database.ScalarAsync<long>("select count(*) from loot where super = 'on'")).ShouldBeGreaterThan(0);
        await database.ExecuteAsync("drop role if exists planted");
    }

    [Fact]
    public async Task Histories_are_read_without_an_owner_and_what_a_tenant_planted_for_readers_does_not_run()
    {
        folder.With("1_a.sql", "create table a (id int)");
        await ApplyAsync(database.Target);
        await database.ExecuteAsOwnerAsync(
            """
            create table loot (who text);
            create function public.take() returns void language plpgsql as $$ begin insert into public.loot values (current_user); end $$;
            create function public.climb(text) returns boolean immutable language plpgsql as $$ begin perform public.take(); return true; end $$;
            create function public.to_regclass(text) returns regclass language plpgsql as $$ begin perform public.take(); return null; end $$;
            create index planted on migrator.history (climb('while a query is planned'));
            alter table migrator.history enable row level security, force row level security;
            create policy planted on migrator.history using (climb(version));
            truncate loot;
            """);
        await database.ExecuteAsync($"alter database {database.Name} set search_path = public, pg_catalog; alter role {database.Owner} connection limit 0");
        await using var sessions = new DatabaseSessions { ReadHistories = true };
        await using var session = await sessions.OpenAsync(database.Target, CancellationToken.None);
        session.ReadsHistoriesOnly.ShouldBeTrue();

        var report = await new MigrationCheck(folder.With("2_b.sql", "select 1").Read(), new MigratorOptions()).RunAsync(session, CancellationToken.None);

        report.HeadAfter.ShouldBe("1");
        report.Pending.ShouldBe(["2_b"]);
        (await database.ScalarAsync<long>("select count(*) from public.loot")).ShouldBe(0);
    }

    [Fact]
    public async Task A_view_in_place_of_the_history_is_refused()
    {
        await database.ExecuteAsOwnerAsync("create schema migrator; create view migrator.history as select '1'::text as version, 'a'::text as name, null::text as checksum, true as finished");
        folder.With("1_a.sql", "create table a (id int)");
        await using var sessions = new DatabaseSessions { ReadHistories = true };
        await using var session = await sessions.OpenAsync(database.Target, CancellationToken.None);

        var error = await Should.ThrowAsync<MigrationException>(() => new MigrationCheck(folder.Read(), new MigratorOptions()).RunAsync(session, CancellationToken.None));

        error.Code.ShouldBe(MigrationError.Refused);
        error.Message.ShouldContain("cannot copy from view");
    }

    [Fact]
    public async Task A_verify_script_is_a_tenants_code_so_it_runs_as_the_owner_and_never_as_a_superuser()
    {
        folder.With("1_a.sql", "create table a (id int)").With("1_a.verify.sql", "select current_setting('is_superuser') = 'off'");
        await ApplyAsync(database.Target);
        var check = new MigrationCheck(folder.Read(), new MigratorOptions());
        check.ReadsHistoriesOnly.ShouldBeFalse();
        await using var asSuperuser = new DatabaseSessions { ReadHistories = true };
        await using var mighty = await asSuperuser.OpenAsync(database.Target, CancellationToken.None);
        await using var asOwner = new DatabaseSessions();
        await using var plain = await asOwner.OpenAsync(database.Target, CancellationToken.None);

        (await check.RunAsync(plain, CancellationToken.None)).Pending.ShouldBeEmpty();
        await Should.ThrowAsync<InvalidOperationException>(() => check.RunAsync(mighty, CancellationToken.None));
    }

    [Fact]
    public async Task The_password_of_a_session_is_dead_once_it_is_open()
    {
        await using var sessions = new DatabaseSessions();
        await using var session = await sessions.OpenAsync(database.Target, CancellationToken.None);
        (await database.ScalarAsync<bool>($"select rolcanlogin or rolpassword is not null from pg_authid where rolname = '{database.Owner}'")).ShouldBeFalse();
        await using var command = new NpgsqlCommand("select session_user::text", session.Connection);
        (await command.ExecuteScalarAsync()).ShouldBe(database.Owner);
    }

    [Fact]
    public async Task A_login_that_is_only_a_member_of_the_owner_runs_as_the_owner()
    {
        await database.ExecuteAsync($"create role deployer_{database.Name} login password 'login' in role {database.Owner}, {database.Login}");
        var member = new NpgsqlConnectionStringBuilder(database.Database.ConnectionString) { Username = $"deployer_{database.Name}", Password = "login" };
        folder.With("1_a.sql", "create table a (id int)");
        await ApplyAsync(new DatabaseTarget(member.ConnectionString, database.Owner));
        (await database.ScalarAsync<string>("select tableowner::text from pg_tables where tablename = 'a'")).ShouldBe(database.Owner);
        await database.ExecuteAsync($"drop role deployer_{database.Name}");
    }

    [Theory]
    [InlineData("nobody_has_this_name", "does not exist")]
    [InlineData(null, "superuser")]
    public async Task An_owner_that_is_missing_or_a_superuser_is_refused(string? owner, string says)
    {
        var superuser = new NpgsqlConnectionStringBuilder(database.Database.ConnectionString).Username;
        var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync(new DatabaseTarget(database.Database.ConnectionString, owner ?? superuser)));
        error.Code.ShouldBe(MigrationError.Role);
        error.Message.ShouldContain(says);
        error.Message.ShouldContain(database.Name);
    }

    [Theory]
    [InlineData("superuser")]
    [InlineData("createrole")]
    public async Task A_mighty_owner_is_refused_before_its_own_password_is_touched(string right)
    {
        await database.ExecuteAsync($"alter role {database.Owner} {right} login password 'its own'");
        var before = await database.ScalarAsync<string>($"select rolpassword from pg_authid where rolname = '{database.Owner}'");

        var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync(database.Target));

        error.Code.ShouldBe(MigrationError.Role);
        error.Message.ShouldContain("create role");
        (await database.ScalarAsync<string>($"select rolpassword from pg_authid where rolname = '{database.Owner}' and rolcanlogin")).ShouldBe(before);
    }

    [Theory]
    [InlineData("set role {0}")]
    [InlineData("set session authorization {0}")]
    public async Task What_an_administrator_knew_of_the_owner_does_not_count_in_another_roles_session(string become)
    {
        await using var connection = await database.Database.OpenAsync();
        await using var command = new NpgsqlCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, become, database.Login), connection);
        await command.ExecuteNonQueryAsync();
        var error = await Should.ThrowAsync<MigrationException>(() => new DatabaseMigrator([], new MigratorOptions()).ApplyAsync(connection, new OwnerRole(database.Owner) { IsKnownPlain = true }));
        error.Code.ShouldBe(MigrationError.Role);
    }

    [Fact]
    public async Task A_session_whose_role_setting_is_another_role_is_refused()
    {
        await database.ExecuteAsync($"alter role {database.Owner} set role {database.Login}");
        var error = await Should.ThrowAsync<MigrationException>(() => ApplyAsync(database.Target));
        error.Code.ShouldBe(MigrationError.Role);
        error.Message.ShouldContain($"runs as {database.Login}");
    }

    [Fact]
    public async Task A_superusers_connection_that_only_set_its_role_is_refused()
    {
        await using var connection = await database.Database.OpenAsync();
        await using var command = new NpgsqlCommand($"set role {database.Owner}", connection);
        await command.ExecuteNonQueryAsync();
        var error = await Should.ThrowAsync<MigrationException>(() => new DatabaseMigrator([], new MigratorOptions()).ApplyAsync(connection, database.Owner));
        error.Code.ShouldBe(MigrationError.Role);
    }

    private Task<DatabaseReport> ApplyAsync(DatabaseTarget target) =>
        new DatabaseMigrator(folder.Read(), new MigratorOptions()).ApplyAsync(target);
}
