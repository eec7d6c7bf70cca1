using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Tests.Postgres;

public sealed class TemplateTests(TenantWorld world) : IClassFixture<TenantWorld>, IAsyncLifetime
{
    private readonly TemplateName template = TemplateName.For($"{Guid.CreateVersion7():N}");

    public Task InitializeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_template_is_found_with_its_fingerprint_and_not_built_again()
    {
        (await world.Server.FindTemplateAsync(template, default)).ShouldBeNull();
        await world.Server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);

        var again = await world.Server.CreateTemplateAsync(template, (_, _) => throw new InvalidOperationException("built twice"), default);

        again.ShouldBe(new TemplateInfo(template, "fingerprint-1"));
        (await world.Server.FindTemplateAsync(template, default)).ShouldBe(again);
    }

    [Fact]
    public async Task Nobody_can_connect_to_a_finished_template()
    {
        await world.Server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);

        (await Sql.FailureAsync(world.AdminIn(template.Database), "select 1")).ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    [Fact]
    public async Task Migrations_run_as_the_owner_role_and_never_as_a_superuser()
    {
        var seen = "";
        await world.Server.CreateTemplateAsync(
            template,
            async (connection, _) =>
            {
                seen = (string)(await Sql.ScalarAsync(connection, "select current_user || ' ' || current_setting('is_superuser')"))!;
                (await Sql.FailureAsync(connection, $"set role {world.AdminRole}")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
                (await Sql.FailureAsync(connection, $"set session authorization {world.AdminRole}")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
                return "f";
            },
            default);

        seen.ShouldBe($"{template.Owner} off");
    }

    [Fact]
    public async Task A_failed_build_is_no_template_and_the_next_begins_anew()
    {
        await Should.ThrowAsync<InvalidDataException>(() => world.Server.CreateTemplateAsync(
            template,
            async (connection, _) =>
            {
                await Sql.ExecuteAsync(connection, "create table half (id int)");
                throw new InvalidDataException("migration 2 of 2");
            },
            default));

        (await world.Server.FindTemplateAsync(template, default)).ShouldBeNull();
        await world.Server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);
        var (name, password) = await world.CreateTenantAsync(template: template);
        (await Sql.FailureAsync(world.Server.LoginConnectionString(name, password), "select from half")).ShouldBe(PostgresErrorCodes.UndefinedTable);
    }

    [Fact]
    public async Task A_build_killed_between_creation_and_comment_is_known_as_ours()
    {
        await Should.ThrowAsync<InvalidDataException>(() => world.Server.CreateTemplateAsync(template, (_, _) => throw new InvalidDataException("stop"), default));
        await Sql.ExecuteAsync(world.Admin, $"drop database \"{template.Owner}\"");
        await Sql.ExecuteAsync(world.Admin, $"create database \"{template.Owner}\" owner \"{template.Owner}\"");

        await world.Server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);

        (await world.Server.FindTemplateAsync(template, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Builders_of_two_processes_take_turns_and_build_once_however_many_they_are()
    {
        await using var other = new PostgresServer(world.Admin, "tests");
        var built = 0;
        Task<string> CountAsync(string connection, CancellationToken ct) => Task.FromResult($"{Interlocked.Increment(ref built)}");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? other : world.Server).CreateTemplateAsync(template, CountAsync, default)));

        built.ShouldBe(1);
    }

    [Fact]
    public async Task A_session_the_migration_left_open_does_not_stop_the_build()
    {
        NpgsqlConnection? left = null;
        await world.Server.CreateTemplateAsync(
            template,
            async (connection, ct) =>
            {
                left = new NpgsqlConnection(connection);
                await left.OpenAsync(ct);
                return "f";
            },
            default);

        (await world.Server.FindTemplateAsync(template, default)).ShouldNotBeNull();
        await left!.DisposeAsync();
    }

    [Fact]
    public async Task A_template_can_be_dropped_while_a_clone_waits_for_its_grants()
    {
        await world.Server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);
        var (name, password) = (world.NewName(), LoginPassword.Generate());
        await world.Server.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
        await world.Server.CreateDatabaseAsync(name, template, tenant: null, default);

        await world.Server.DropTemplateAsync(template, default);

        (await world.Server.FindTemplateAsync(template, default)).ShouldBeNull();
        await world.Server.GrantAccessAsync(name, template, default);
        await Sql.ExecuteAsync(world.Server.LoginConnectionString(name, password), "insert into contacts (name) values ('Ada')");
        await world.Server.DropTemplateAsync(template, default);
        (await world.Server.ListAsync(default)).Roles.ShouldNotContain(r => r.Name == template.Owner);
    }

    [Fact]
    public async Task A_clone_waits_for_a_template_that_is_in_use()
    {
        await world.Server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default);
        await Sql.ExecuteAsync(world.Admin, $"alter database \"{template.Database}\" allow_connections true");
        var user = new NpgsqlConnection(world.AdminIn(template.Database));
        await user.OpenAsync();

        // PostgreSQL itself waits 5 s before it gives up.
        var clone = world.CreateTenantAsync(template: template);
        await Task.WhenAny(clone, Task.Delay(TimeSpan.FromSeconds(6), CancellationToken.None));
        clone.IsCompleted.ShouldBeFalse();
        await user.DisposeAsync();

        var (name, password) = await clone;
        await Sql.ExecuteAsync(world.Server.LoginConnectionString(name, password), "select 1");
    }

    public Task DisposeAsync() => world.Server.DropTemplateAsync(template, default);
}
