using ControlPlane.Access;
using ControlPlane.Tests.Api;
using ControlPlane.Tests.Cli;

namespace ControlPlane.Tests.Runtimes;

public sealed class UsageTests(ApiHost api) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private readonly Guid tenant = Guid.CreateVersion7();
    private readonly string slug = $"u{Guid.CreateVersion7():N}"[..20];

    private static string ThisHour => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:00:00Z");

    public Task InitializeAsync() => api.Database.ExecuteAsync($"""
        insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
        select gen_random_uuid(), 's', 'local', 'shared', 'active', '127.0.0.1', 1, '', 1, 1, 0 where not exists (select from servers);
        insert into tenants (id, slug, plan, tier, region, state) values ('{tenant}', '{slug}', 'starter', 'shared', 'local', 'active');
        update route_head set revision = revision + 1;
        insert into routes (tenant_id, server_id, state, revision) select '{tenant}', s.id, 'active', h.revision from servers s, route_head h;
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_batch_counts_once_however_often_it_is_sent()
    {
        var key = await api.KeyAsync(Role.Runtime);
        var batch = new { instance = "one", batch = Guid.CreateVersion7(), hours = new[] { new { tenantId = tenant, hour = ThisHour, requests = 7 } } };

        (await api.PostAsync("/v1/runtime/usage", batch, key)).Status.ShouldBe(204);
        (await api.PostAsync("/v1/runtime/usage", batch, key)).Status.ShouldBe(204);
        (await api.PostAsync("/v1/runtime/usage", batch with { batch = Guid.CreateVersion7() }, key)).Status.ShouldBe(204);

        var usage = (await api.GetAsync($"/v1/tenants/{slug}/usage")).Body;
        ((int)usage["requestsPerHour"]!).ShouldBe(1000);
        usage["items"]!.AsArray().Single()!["requests"]!.GetValue<long>().ShouldBe(14);
        var terminal = new Terminal(api.App.Urls.First(), api.AdminKey);
        (await terminal.TypeAsync("tenants", "usage", slug)).ShouldBe(0);
        terminal.Out.ShouldContain("14");
    }

    [Fact]
    public async Task Hours_of_tenants_that_are_gone_are_left_out_and_the_rest_counts()
    {
        var hours = new[] { new { tenantId = Guid.CreateVersion7(), hour = ThisHour, requests = 5 }, new { tenantId = tenant, hour = ThisHour, requests = 3 } };

        (await api.PostAsync("/v1/runtime/usage", new { instance = "one", batch = Guid.CreateVersion7(), hours }, await api.KeyAsync(Role.Runtime))).Status.ShouldBe(204);

        (await api.GetAsync($"/v1/tenants/{slug}/usage")).Body["items"]!.AsArray().Single()!["requests"]!.GetValue<long>().ShouldBe(3);
    }

    [Fact]
    public async Task What_is_no_batch_is_refused()
    {
        (await api.PostAsync("/v1/runtime/usage", "{\"hours\": 3}", await api.KeyAsync(Role.Runtime))).Status.ShouldBe(400);
        (await api.PostAsync("/v1/runtime/usage", new { instance = "one", batch = Guid.CreateVersion7(), hours = new[] { new { tenantId = tenant, hour = ThisHour, requests = -1 } } }, await api.KeyAsync(Role.Runtime)))
            .Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_session_on_another_tenants_host_is_in_the_audit_trail_once()
    {
        var key = await api.KeyAsync(Role.Runtime);
        var session = new { tenantId = tenant, claimed = (Guid?)Guid.CreateVersion7(), hour = ThisHour, requests = 12, host = "h.localhost", user = "eve", address = "10.0.0.9" };
        object[] sessions = [session, session with { tenantId = Guid.CreateVersion7() }];
        var batch = new { instance = "one", batch = Guid.CreateVersion7(), hours = Array.Empty<object>(), foreignSessions = sessions };

        (await api.PostAsync("/v1/runtime/usage", batch, key)).Status.ShouldBe(204);
        (await api.PostAsync("/v1/runtime/usage", batch, key)).Status.ShouldBe(204);

        var entry = (await api.GetAsync($"/v1/audit?tenant={slug}")).Body["items"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)entry["what"]!).ShouldBe("ForeignSession");
        ((string)entry["outcome"]!).ShouldBe("denied");
        var detail = entry["detail"]!;
        ((int)detail["requests"]!).ShouldBe(12);
        ((string)detail["sessionOf"]!).ShouldBe(session.claimed.ToString());
        ((string)detail["user"]!).ShouldBe("eve");
        ((string)detail["address"]!).ShouldBe("10.0.0.9");
        ((bool)(await api.GetAsync("/v1/audit/verify")).Body["whole"]!).ShouldBeTrue();
        (await api.GetAsync("/v1/audit?what=ForeignSession")).Body["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task More_sessions_than_a_runtime_tells_at_once_are_refused()
    {
        var sessions = Enumerable.Repeat(new { tenantId = tenant, hour = ThisHour, requests = 0 }, 1001);

        var answer = await api.PostAsync("/v1/runtime/usage", new { instance = "one", batch = Guid.CreateVersion7(), hours = Array.Empty<object>(), foreignSessions = sessions }, await api.KeyAsync(Role.Runtime));

        answer.Status.ShouldBe(400);
        answer.Text.ShouldContain("foreignSessions");
    }
}
