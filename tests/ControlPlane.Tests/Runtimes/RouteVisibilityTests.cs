using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ControlPlane.Access;
using ControlPlane.Access.Secrets;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Runtimes;

/// <summary>What a runtime's key shows it.</summary>
public sealed class RouteVisibilityTests(ApiHost api) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private readonly (Guid Tenant, string Server, string Password) mine = New();
    private readonly (Guid Tenant, string Server, string Password) foreign = New();

    public async Task InitializeAsync()
    {
        await PublishAsync(mine);
        await PublishAsync(foreign);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_key_of_some_servers_sees_the_routes_of_these_only()
    {
        var key = await KeyAsync(mine.Server);

        var answer = await api.GetAsync("/v1/runtime/routes", key);

        answer.Body["routes"]!.AsArray().Single()!["tenantId"]!.GetValue<Guid>().ShouldBe(mine.Tenant);
        answer.Text.ShouldContain(mine.Password);
        answer.Text.ShouldNotContain(foreign.Password);
        (await api.GetAsync("/v1/runtime/routes", await api.KeyAsync(Role.Runtime))).Text.ShouldContain(foreign.Password);
    }

    [Fact]
    public async Task The_server_that_a_tenant_left_sees_where_it_lives_now_until_its_way_back_is_closed()
    {
        var (key, moved, old) = (await KeyAsync(mine.Server), New(), Guid.CreateVersion7());
        await PublishAsync(moved);
        await api.Database.ExecuteAsync($"""
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret)
            select '{old}', id, '{moved.Tenant}', 't_{old:N}', 'retained', '' from servers where name = '{mine.Server}';
            insert into moves (id, tenant_id, source_id, state) select database_id, id, '{old}', 'soaking' from tenants where id = '{moved.Tenant}';
            """);

        (await api.GetAsync("/v1/runtime/routes", key)).Text.ShouldContain(moved.Password);
        (await SharesAsync()).ShouldBe(1, "without connections it could not serve the tenant there");
        await api.Database.ExecuteAsync($"update tenant_databases set state = 'dropped', tenant_id = null where id = '{old}'; update moves set state = 'ended' where source_id = '{old}'");
        (await api.GetAsync("/v1/runtime/routes", key)).Text.ShouldNotContain(moved.Password);
        (await SharesAsync()).ShouldBe(0);

        async Task<int> SharesAsync()
        {
            var home = await api.Database.ScalarAsync($"select id from servers where name = '{moved.Server}'");
            var answer = await api.PostAsync("/v1/runtime/budget", new { instance = "old", servers = new[] { new { serverId = home, inUse = 0, wanted = 1 } } }, key);
            return answer.Body["servers"]!.AsArray().Count;
        }
    }

    [Fact]
    public async Task Changes_elsewhere_tell_it_only_to_forget_the_tenant()
    {
        using var http = new HttpClient { BaseAddress = new Uri(api.App.Urls.First()) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/runtime/changes?after=0");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(mine.Server));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var changes = new Dictionary<Guid, JsonNode?>();
        await foreach (var change in SseParser.Create(stream).EnumerateAsync())
        {
            var told = JsonNode.Parse(change.Data)!;
            changes[told["tenantId"]!.GetValue<Guid>()] = told["route"];
            if (changes.ContainsKey(mine.Tenant) && changes.ContainsKey(foreign.Tenant))
            {
                break;
            }
        }

        changes[mine.Tenant].ShouldNotBeNull()["password"]!.GetValue<string>().ShouldBe(mine.Password);
        changes[foreign.Tenant].ShouldBeNull();
    }

    [Fact]
    public async Task Who_knows_more_than_a_restored_catalog_is_told_to_begin_anew()
    {
        var head = (long)(await api.Database.ScalarAsync("select revision from route_head"))!;

        var answer = await api.GetAsync($"/v1/runtime/changes?after={head + 1}", await api.KeyAsync(Role.Runtime));

        answer.Status.ShouldBe(410);
        answer.Code.ShouldBe("revision_unknown");
    }

    private static (Guid Tenant, string Server, string Password) New() => (Guid.CreateVersion7(), $"s-{Guid.CreateVersion7():N}"[..30], $"password-{Guid.CreateVersion7():N}");

    private async Task<string> KeyAsync(string server) =>
        (string)(await api.PostAsync("/v1/keys", new { name = $"k{Guid.CreateVersion7():N}", role = "runtime", servers = new[] { server } })).Body["key"]!;

    private Task PublishAsync((Guid Tenant, string Server, string Password) one)
    {
        var (server, database) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var secret = api.App.Services.GetRequiredService<SecretBox>().Protect(one.Password, SecretPlaces.DatabasePassword(database));
        return api.Database.ExecuteAsync($"""
            insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
            values ('{server}', '{one.Server}', 'here', 'shared', 'active', 'localhost', 5432, '', 10, 10, 0);
            insert into tenants (id, slug, plan, tier, region, state) values ('{one.Tenant}', 't{one.Tenant:N}', 'free', 'shared', 'here', 'active');
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret)
            values ('{database}', '{server}', '{one.Tenant}', 't_{database:N}', 'assigned', '{secret}');
            update tenants set database_id = '{database}' where id = '{one.Tenant}';
            update route_head set revision = revision + 1;
            insert into routes (tenant_id, server_id, state, revision) select '{one.Tenant}', '{server}', 'active', revision from route_head;
            """);
    }
}
