using Provisioner.Postgres;

namespace Provisioner.Tests.Postgres;

public sealed class InventoryTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task A_tenant_is_listed_with_all_that_is_known_of_it()
    {
        var (name, _) = await world.CreateTenantAsync(new TenantRoleLimits { Connections = 11 });
        var tenant = Guid.CreateVersion7();
        await world.Server.BindTenantAsync(name, tenant, default);
        await world.Server.SetLoginAsync(name, enabled: false, default);

        var contents = await world.Server.ListAsync(default);

        var database = contents.Databases.Single(d => d.Name == name.Database);
        database.Tag!.Installation.ShouldBe("tests");
        database.Tag.TenantDatabaseId.ShouldBe(name.Id);
        database.TenantId.ShouldBe(tenant);
        database.Owner.ShouldBe(world.AdminRole);
        database.AllowsConnections.ShouldBeTrue();
        database.IsUsable.ShouldBeTrue();
        var login = contents.Roles.Single(r => r.Name == name.Login);
        login.CanLogin.ShouldBeFalse();
        login.ConnectionLimit.ShouldBe(11);
        contents.Roles.Single(r => r.Name == name.Owner).Tag.ShouldBe(login.Tag);
    }

    [Fact]
    public async Task Templates_and_foreign_objects_are_listed_as_such()
    {
        var foreign = $"foreign_{Guid.CreateVersion7():N}";
        await Sql.ExecuteAsync(world.Admin, $"create database {foreign}");
        await Sql.ExecuteAsync(world.Admin, $"create role {foreign} createrole");

        var contents = await world.Server.ListAsync(default);

        contents.Databases.Single(d => d.Name == foreign).Tag.ShouldBeNull();
        contents.Roles.Single(r => r.Name == foreign).IsPrivileged.ShouldBeTrue();
        var template = contents.Databases.Single(d => d.Name == world.Template.Database);
        template.Tag!.Fingerprint.ShouldBe("fingerprint-1");
        template.AllowsConnections.ShouldBeFalse();
        contents.Databases.ShouldNotContain(d => d.Name == "postgres");
        await Sql.ExecuteAsync(world.Admin, $"drop database {foreign}");
        await Sql.ExecuteAsync(world.Admin, $"drop role {foreign}");
    }

    [Fact]
    public async Task Membership_in_one_of_PostgreSQLs_own_roles_counts_as_privileged()
    {
        var (name, _) = await world.CreateTenantAsync();
        await Sql.ExecuteAsync(world.Admin, $"grant pg_read_server_files to \"{name.Login}\"");

        (await world.Server.ListAsync(default)).Roles.Single(r => r.Name == name.Login).IsPrivileged.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_tells_its_state()
    {
        var (name, _) = await world.CreateTenantAsync();

        var state = await world.Server.InspectAsync(default);

        state.MajorVersion.ShouldBeGreaterThanOrEqualTo(15);
        state.Version.ShouldStartWith($"{state.MajorVersion}");
        state.MaxConnections.ShouldBePositive();
        state.UsedConnections.ShouldBePositive();
        state.Databases.ShouldBePositive();
        state.Settings.Keys.ShouldContain("wal_level");
        (await world.Server.MeasureAsync(default))[name.Database].ShouldBeGreaterThan(1_000_000);
    }

    [Theory]
    [InlineData("controlplane:prod:01a1f84c-95c0-7000-8000-000000000001", true)]
    [InlineData("controlplane:prod:template:abc:def", true)]
    [InlineData("controlplane:prod:something", false)]
    [InlineData("controlplane::01a1f84c-95c0-7000-8000-000000000001", false)]
    [InlineData("my database", false)]
    [InlineData(null, false)]
    public void Only_our_own_comments_are_tags(string? comment, bool isTag)
    {
        var tag = ObjectTag.Parse(comment);

        (tag is not null).ShouldBe(isTag);
        tag?.ToString().ShouldBe(comment);
    }
}
