using System.Net.Http.Json;
using HetznerSimulator.Faults;
using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Faults;

public sealed class FaultTests : CloudTest
{
    [Fact]
    public async Task A_call_without_answer_has_done_its_work()
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.NoAnswer, Method = "POST", Path = "/servers", Seconds = 0 });

        await Should.ThrowAsync<HttpRequestException>(() => CreateServerAsync());

        (await GetAsync("/servers?name=first")).List("servers").Count.ShouldBe(1);
        Cloud.Calls.All[0].Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_silent_call_lasts_until_the_caller_has_enough()
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.NoAnswer, Method = "POST", Path = "/placement_groups" });
        using var client = Client(Cloud.Token);
        using var enough = new CancellationTokenSource();

        var call = client.PostAsync(new Uri($"{Cloud.Address}/placement_groups"), JsonContent.Create(new { name = "g", type = "spread" }), enough.Token);
        await Support.Eventually.Async(() => Cloud.Calls.Count() == 1, TimeSpan.FromSeconds(30), "the call arrives");
        Cloud.Read(c => c.PlacementGroups.Count).ShouldBe(1);
        call.IsCompleted.ShouldBeFalse();
        await enough.CancelAsync();

        await Should.ThrowAsync<TaskCanceledException>(() => call);
    }

    [Fact]
    public async Task A_truncated_answer_has_done_its_work_and_breaks_off()
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.TruncatedBody, Method = "POST" });

        await Should.ThrowAsync<HttpRequestException>(() => CreateServerAsync());

        Cloud.Read(c => c.Servers.Count).ShouldBe(1);
    }

    [Theory]
    [InlineData("server_error", 500)]
    [InlineData("bad_gateway", 502)]
    [InlineData("unavailable", 503)]
    [InlineData("timeout", 504)]
    [InlineData("conflict", 409)]
    [InlineData("forbidden", 403)]
    public async Task An_error_has_the_status_of_its_code_and_does_nothing(string code, int status)
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.Error, Code = code, Method = "POST", Path = "/servers" });

        (await CreateServerAsync()).With(status).ErrorCode.ShouldBe(code);

        Cloud.Read(c => c.Servers.Count).ShouldBe(0);
        (await CreateServerAsync()).With(201);
    }

    [Fact]
    public async Task A_storm_of_429_lasts_as_many_calls_as_it_should()
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.RateLimited, Path = "/servers*", Call = 2, Times = 3 });

        var answers = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            answers.Add((await GetAsync("/servers")).Status);
        }

        answers.ShouldBe([200, 429, 429, 429, 200, 200]);
        (await GetAsync("/ssh_keys")).With(200);
        var count = Cloud.Faults.All.Single();
        (count.Matched, count.Fired).ShouldBe((6, 3));
    }

    [Theory]
    [InlineData(FaultKind.SoldOut, 412, "resource_unavailable")]
    [InlineData(FaultKind.LimitReached, 403, "resource_limit_exceeded")]
    [InlineData(FaultKind.RateLimited, 429, "rate_limit_exceeded")]
    public async Task A_refusal_has_its_code(FaultKind kind, int status, string code)
    {
        Cloud.Faults.Add(new() { Kind = kind, Method = "POST", Path = "/servers" });

        (await CreateServerAsync()).With(status).ErrorCode.ShouldBe(code);
    }

    [Fact]
    public async Task A_stuck_action_runs_until_the_faults_are_cleared_and_then_fails()
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.ActionStuck, Method = "POST", Path = "/servers" });
        var created = await CreateServerAsync();
        Time.Pass(TimeSpan.FromDays(1));

        (await GetAsync($"/actions/{created.Id("action.id")}")).Text("action.status").ShouldBe("running");
        (await DeleteAsync($"/servers/{created.Id("server.id")}")).With(423).ErrorCode.ShouldBe("locked");
        Cloud.ClearFaults();

        (await GetAsync($"/actions/{created.Id("action.id")}")).Text("action.status").ShouldBe("error");
        (await DeleteAsync($"/servers/{created.Id("server.id")}")).With(200);
    }

    [Fact]
    public async Task A_failed_action_has_done_nothing()
    {
        var server = (await CreateServerAsync()).Id("server.id");
        Cloud.Faults.Add(new() { Kind = FaultKind.ActionFailed, Method = "POST", Path = "/servers/*/actions/create_image" });
        Cloud.Faults.Add(new() { Kind = FaultKind.ActionFailed, Method = "DELETE", Path = "/servers/*" });

        var image = await PostAsync($"/servers/{server}/actions/create_image", new { });
        (await GetAsync($"/actions/{image.Id("action.id")}")).Text("action.error.code").ShouldBe("action_failed");
        (await GetAsync($"/images/{image.Id("image.id")}")).With(404);
        var deletion = (await DeleteAsync($"/servers/{server}")).With(200);

        (await GetAsync($"/actions/{deletion.Id("action.id")}")).Text("action.status").ShouldBe("error");
        (await GetAsync($"/servers/{server}")).With(200);
    }

    [Fact]
    public async Task A_server_vanishes_after_the_call_that_it_should_vanish_after()
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.ServerVanishes, Path = "/servers*", Call = 2 });
        var server = (await CreateServerAsync()).With(201).Id("server.id");

        (await GetAsync($"/servers/{server}")).With(200);

        (await GetAsync($"/servers/{server}")).With(404);
        Cloud.Read(c => (c.Servers.Count, c.PrimaryIps.Count)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task An_address_is_reused_by_a_server_of_somebody_else()
    {
        Cloud.Faults.Add(new() { Kind = FaultKind.AddressReused, Method = "POST", Path = "/servers" });
        var created = await CreateServerAsync("first", ("labels", new { owner = "me" }));

        (await GetAsync($"/servers/{created.Id("server.id")}")).With(404);
        var stranger = await GetAsync("/servers");
        stranger.Text("servers.0.public_net.ipv4.ip").ShouldBe(created.Text("server.public_net.ipv4.ip"));
        stranger["servers.0.labels"].EnumerateObject().ShouldBeEmpty();
        (await GetAsync("/servers?label_selector=owner%3Dme")).List("servers").ShouldBeEmpty();
    }

    [Fact]
    public void A_fault_that_could_never_fire_is_refused()
    {
        Should.Throw<ArgumentException>(() => Cloud.Faults.Add(new() { Kind = FaultKind.Error, Call = 0 }));
        Should.Throw<ArgumentException>(() => Cloud.Faults.Add(new() { Kind = FaultKind.Error, Times = 0 }));
    }
}
