using ControlPlane.Access;
using ControlPlane.Tests.Api;
using Support;

namespace ControlPlane.Tests.Runtimes;

public sealed class BudgetTests(ApiHost api) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly Guid server = Guid.CreateVersion7();

    public Task InitializeAsync() => api.Database.ExecuteAsync($"""
        insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
        values ('{server}', 's-{server}', 'local', 'shared', 'active', '127.0.0.1', 1, '', 1, 100, 0)
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Runtimes_that_ask_at_once_never_get_more_than_the_server_has()
    {
        await LeasesOutliveTheTestAsync();
        var held = new int[8];
        for (var turn = 0; turn < 5; turn++)
        {
            var shares = await Task.WhenAll(held.Select((h, i) => AskAsync($"r{i}", h, wanted: 500)));
            held = shares;
            (await TakenAsync()).ShouldBeLessThanOrEqualTo(100);
        }

        held.ShouldAllBe(share => share >= 11);
    }

    [Fact]
    public async Task A_runtime_that_is_heard_of_no_more_gives_its_share_back()
    {
        (await AskAsync("dead", 0, wanted: 500)).ShouldBe(95);

        var share = await AskAsync("alive", 0, wanted: 500);
        share.ShouldBe(5);
        await Eventually.Async(async () => (share = await AskAsync("alive", share, wanted: 500)) == 95, Limit, "the share of the dead one is given to the other");
    }

    [Fact]
    public async Task After_the_control_plane_was_away_everybody_is_heard_before_anything_is_given_away()
    {
        await LeasesOutliveTheTestAsync();
        await AskAsync("first", 0, wanted: 500);
        await AskAsync("second", 5, wanted: 500);
        await AskAsync("first", 47, wanted: 500);
        (await AskAsync("second", 5, wanted: 500)).ShouldBe(48);
        await api.Database.ExecuteAsync($"update runtime_shares set until = now() - interval '2 hours' where server_id = '{server}'");

        (await AskAsync("second", 48, wanted: 500)).ShouldBe(48);
        (await TakenAsync()).ShouldBe(95);
    }

    [Fact]
    public async Task A_key_is_granted_nothing_on_servers_it_does_not_see()
    {
        var elsewhere = Guid.CreateVersion7();

        var answer = await api.PostAsync("/v1/runtime/budget", Demand("one", elsewhere, 0, 5), await api.KeyAsync(Role.Runtime));

        answer.Status.ShouldBe(200);
        answer.Body["servers"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_fault_of_a_request_is_named()
    {
        var answer = await api.PostAsync("/v1/runtime/budget", Demand("", server, -1, 5), await api.KeyAsync(Role.Runtime));

        answer.Status.ShouldBe(400);
        answer.Body.ToJsonString().ShouldContain("instance");
        answer.Body.ToJsonString().ShouldContain("inUse");
        (await api.PostAsync("/v1/runtime/budget", "{\"servers\": 3}", await api.KeyAsync(Role.Runtime))).Status.ShouldBe(400);
    }

    // Whoever asks late on a slow machine would else be taken for gone, with all that it holds.
    private Task LeasesOutliveTheTestAsync() => api.Database.ExecuteAsync($"""
        create or replace function an_hour_more() returns trigger language plpgsql as 'begin new.until := new.until + interval ''1 hour''; return new; end';
        create trigger "{Guid.CreateVersion7()}" before insert or update on runtime_shares
        for each row when (new.server_id = '{server}') execute function an_hour_more();
        """);

    private static object Demand(string instance, Guid server, int held, int wanted) =>
        new { instance, servers = new[] { new { serverId = server, inUse = held, wanted } } };

    private async Task<int> AskAsync(string instance, int held, int wanted)
    {
        var answer = await api.PostAsync("/v1/runtime/budget", Demand(instance, server, held, wanted), await api.KeyAsync(Role.Runtime));
        answer.Status.ShouldBe(200);
        return answer.Body["servers"]!.AsArray().Single()!["share"]!.GetValue<int>();
    }

    private async Task<long> TakenAsync() =>
        (long)(await api.Database.ScalarAsync($"select coalesce(sum(greatest(held, share)), 0) from runtime_shares where server_id = '{server}'"))!;
}
