using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Actions;

public sealed class ActionTests : CloudTest
{
    protected override SimulatorOptions Options => base.Options with { ActionTime = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task An_action_runs_for_its_time_and_then_has_succeeded()
    {
        var created = await CreateServerAsync();
        var poll = $"/actions?id={created.Id("action.id")}&id={created.Id("next_actions.0.id")}";

        Time.Pass(TimeSpan.FromSeconds(9));
        var running = await GetAsync(poll);
        Time.Pass(TimeSpan.FromSeconds(1));
        var done = await GetAsync(poll);

        running.List("actions").ConvertAll(a => a.GetProperty("status").GetString()).ShouldBe(["running", "running"]);
        running["actions.0.finished"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        done.List("actions").ConvertAll(a => (a.GetProperty("command").GetString(), a.GetProperty("status").GetString())).ShouldBe([("create_server", "success"), ("start_server", "success")]);
        done["actions.0.finished"].GetDateTimeOffset().ShouldBe(Time.GetUtcNow());
        (await GetAsync($"/servers/{created.Id("server.id")}")).Text("server.status").ShouldBe("running");
    }

    [Fact]
    public async Task Twenty_five_actions_may_be_asked_for_at_once_and_all_of_them_never()
    {
        (await GetAsync("/actions?" + string.Join('&', Enumerable.Range(1, 25).Select(i => $"id={i}")))).With(200).List("actions").ShouldBeEmpty();

        (await GetAsync("/actions?" + string.Join('&', Enumerable.Range(1, 26).Select(i => $"id={i}")))).With(422);
        (await GetAsync("/actions")).With(410).ErrorCode.ShouldBe("deprecated_api_endpoint");
    }

    [Fact]
    public async Task A_resource_shows_its_own_actions_only()
    {
        var (first, second) = ((await CreateServerAsync()).Id("server.id"), (await CreateServerAsync("second")).Id("server.id"));
        Time.Pass(TimeSpan.FromSeconds(10));
        var off = (await PostAsync($"/servers/{first}/actions/poweroff")).Id("action.id");

        (await GetAsync($"/servers/{first}/actions?status=running")).List("actions").ConvertAll(a => a.GetProperty("id").GetInt64()).ShouldBe([off]);
        (await GetAsync($"/servers/{second}/actions")).List("actions").Count.ShouldBe(2);
        (await GetAsync($"/servers/{second}/actions/{off}")).With(404);
        (await GetAsync("/servers/actions?sort=command:desc&per_page=1")).Text("actions.0.command").ShouldBe("stop_server");
    }
}
