using Provisioner.Postgres;

namespace Provisioner.Tests.Postgres;

/// <summary>What others made under our names stays as it is.</summary>
public sealed class ForeignObjectTests(TenantWorld world) : IClassFixture<TenantWorld>, IAsyncLifetime
{
    private readonly TenantDatabaseName name = new(Guid.CreateVersion7());
    private readonly LoginPassword password = LoginPassword.Generate();

    public Task InitializeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_foreign_role_is_neither_changed_nor_dropped()
    {
        await Sql.ExecuteAsync(world.Admin, $"create role \"{name.Login}\" nologin");

        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.CreateRolesAsync(name, password, new TenantRoleLimits(), default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.SetLoginAsync(name, enabled: true, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.SetPasswordAsync(name, password, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.LimitAsync(name, new TenantRoleLimits(), default));
        var failure = await Should.ThrowAsync<ForeignObjectException>(() => world.Server.DropRolesAsync(name, default));

        failure.Message.ShouldContain(name.Login);
        (await Sql.ScalarAsync(world.Admin, $"select rolcanlogin from pg_roles where rolname = '{name.Login}'")).ShouldBe(false);
        (await Sql.ScalarAsync(world.Admin, $"select count(*) from pg_roles where rolname = '{name.Owner}'")).ShouldBe(0L, "nothing half done");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("controlplane:another:{0}")]
    [InlineData("controlplane:tests:01a1f84c-95c0-7000-8000-000000000001")]
    public async Task A_foreign_database_is_neither_used_nor_dropped(string? comment)
    {
        await Sql.ExecuteAsync(world.Admin, $"create database \"{name.Database}\"");
        if (comment is not null)
        {
            await Sql.ExecuteAsync(world.Admin, $"comment on database \"{name.Database}\" is '{comment.Replace("{0}", $"{name.Id}", StringComparison.Ordinal)}'");
        }

        await world.Server.CreateRolesAsync(name, password, new TenantRoleLimits(), default);
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.CreateDatabaseAsync(name, world.Template, tenant: null, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.BindTenantAsync(name, Guid.Empty, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.GrantAccessAsync(name, world.Template, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.RestoreAsync(name, "/dev/null", default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.DropDatabaseAsync(name, default));

        (await Sql.ScalarAsync(world.AdminIn(name.Database), "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_foreign_database_under_a_templates_name_is_neither_used_nor_dropped()
    {
        var template = TemplateName.For($"{Guid.CreateVersion7():N}");
        await Sql.ExecuteAsync(world.Admin, $"create database \"{template.Database}\"");

        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.FindTemplateAsync(template, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.CreateTemplateAsync(template, TenantWorld.MigrateAsync, default));
        await Should.ThrowAsync<ForeignObjectException>(() => world.Server.DropTemplateAsync(template, default));

        await Sql.ExecuteAsync(world.Admin, $"drop database \"{template.Database}\"");
    }

    public async Task DisposeAsync()
    {
        await Sql.ExecuteAsync(world.Admin, $"drop database if exists \"{name.Database}\"");
        await Sql.ExecuteAsync(world.Admin, $"drop role if exists \"{name.Login}\", \"{name.Owner}\"");
    }
}
