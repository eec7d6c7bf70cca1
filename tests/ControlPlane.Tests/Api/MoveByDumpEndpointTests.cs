using System.Text.Json.Nodes;
using ControlPlane.Access;
using ControlPlane.Tests.Cli;

namespace ControlPlane.Tests.Api;

/// <summary>What can be asked about a tenant that was moved by a dump.</summary>
public sealed class MoveByDumpEndpointTests(ApiHost api) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private readonly Guid tenant = Guid.CreateVersion7();

    private string Slug => $"t{tenant:N}";

    public async Task InitializeAsync()
    {
        var (server, old, move) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await api.Database.ExecuteAsync($"""
            insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
            values ('{server}', 's-{server:N}', 'here', 'shared', 'active', 'localhost', 5432, '', 10, 10, 0);
            insert into tenants (id, slug, plan, tier, region, state) values ('{tenant}', '{Slug}', 'free', 'shared', 'here', 'active');
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret)
            values ('{old}', '{server}', '{tenant}', 't_{old:N}', 'retained', ''), ('{move}', '{server}', '{tenant}', 't_{move:N}', 'assigned', '');
            update tenants set database_id = '{move}' where id = '{tenant}';
            insert into moves (id, tenant_id, source_id, state, mode, blocked_milliseconds, soak_until)
            values ('{move}', '{tenant}', '{old}', 'soaking', 'dump', 12345.6, '2030-01-02 03:04Z');
            """);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task It_cannot_go_back_without_another_copy_and_is_told_how()
    {
        var answer = await api.PostAsync($"/v1/tenants/{Slug}/move-back", new { });

        answer.Status.ShouldBe(409);
        answer.Code.ShouldBe("no_way_back");
        answer.Text.ShouldContain("has not followed it");
        answer.Text.ShouldContain($"ctl tenants move-end {Slug}");
    }

    [Fact]
    public async Task It_cannot_move_on_before_the_old_place_is_given_up()
    {
        var answer = await api.PostAsync($"/v1/tenants/{Slug}/tier", new { tier = "dedicated" });

        answer.Code.ShouldBe("still_soaking");
        answer.Text.ShouldContain("is kept until 2030-01-02 03:04 UTC");
        answer.Text.ShouldNotContain("move-back");
    }

    [Fact]
    public async Task It_says_how_long_it_rested_and_that_the_old_place_is_only_kept()
    {
        var terminal = new Terminal(api.App.Urls.First(), api.AdminKey);

        (await terminal.TypeAsync("tenants", "show", Slug)).ShouldBe(0);

        var said = terminal.Out.ReplaceLineEndings(" ");
        said.ShouldContain("it rested for 12.3 s");
        said.ShouldContain("the old place is kept until");
        JsonNode.Parse((await api.GetAsync($"/v1/tenants/{Slug}")).Text)!["move"]!["mode"]!.GetValue<string>().ShouldBe("dump");
    }

    [Fact]
    public async Task Billing_lets_nobody_rest()
    {
        var answer = await api.PostAsync($"/v1/tenants/{Slug}/tier", new { tier = "dedicated", dump = true }, await api.KeyAsync(Role.Billing));

        answer.Status.ShouldBe(403);
        answer.Code.ShouldBe("dump_not_allowed");
    }
}
