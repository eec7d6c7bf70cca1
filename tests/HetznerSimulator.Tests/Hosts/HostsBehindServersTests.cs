using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Hosts;

public sealed class HostsBehindServersTests : CloudTest
{
    private readonly ScriptedHosts _hosts = new();

    protected override SimulatorOptions Options => base.Options with { Hosts = _hosts };

    [Fact]
    public async Task A_server_starts_when_its_host_does_and_the_host_gets_all_that_was_asked_for()
    {
        await PostAsync("/ssh_keys", new { name = "k", public_key = Key });
        var boots = new TaskCompletionSource();
        _hosts.Until = boots.Task;

        var created = (await CreateServerAsync("first", ("ssh_keys", (string[])["k"]), ("user_data", "#cloud-config"), ("labels", new { a = "b" }))).With(201);
        Time.Pass(TimeSpan.FromHours(1));
        (await GetAsync($"/servers/{created.Id("server.id")}")).Text("server.status").ShouldBe("initializing");
        boots.SetResult();

        await Support.Eventually.Async(async () => (await GetAsync($"/servers/{created.Id("server.id")}")).Text("server.status") == "running", TimeSpan.FromSeconds(30), "the server runs");
        _hosts.Done.ShouldBe([$"create first debian-12 at {created.Text("server.public_net.ipv4.ip")}"]);
        var request = _hosts.LastRequest.ShouldNotBeNull();
        (request.Id, request.UserData, request.Labels["a"], request.SshKeys.Single(), request.Cores, request.MemoryGb).ShouldBe((created.Id("server.id"), "#cloud-config", "b", Key, 2, 4.0));
    }

    [Fact]
    public async Task A_host_that_cannot_be_made_fails_the_action_with_its_reason()
    {
        _hosts.Until = Task.FromException(new InvalidOperationException("the disk is full"));

        var created = (await CreateServerAsync()).With(201);

        var action = await GetAsync($"/actions/{created.Id("action.id")}");
        (action.Text("action.status"), action.Text("action.error.message")).ShouldBe(("error", "the disk is full"));
        (await GetAsync($"/actions/{created.Id("next_actions.0.id")}")).Text("action.status").ShouldBe("error");
    }

    [Fact]
    public async Task Hosts_without_a_free_address_refuse_the_server_and_nothing_is_left()
    {
        _hosts.HasAddresses = false;

        (await CreateServerAsync()).With(412).Text("error.message").ShouldBe("no address is left");

        Cloud.Read(c => (c.Servers.Count, c.PrimaryIps.Count)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Power_snapshots_and_removal_reach_the_host_in_order()
    {
        var created = await CreateServerAsync();
        var (id, address) = (created.Id("server.id"), created.Text("server.public_net.ipv4.ip"));
        foreach (var verb in (string[])["shutdown", "poweron", "reset", "reboot", "poweroff"])
        {
            (await PostAsync($"/servers/{id}/actions/{verb}")).With(201);
        }

        var image = (await PostAsync($"/servers/{id}/actions/create_image", new { })).With(201).Id("image.id");
        (await GetAsync($"/images/{image}"))["image.image_size"].GetDouble().ShouldBe(2.34);
        (await CreateServerAsync("second", ("image", $"{image}"), ("public_net", new { enable_ipv4 = false }))).With(201);
        (await PostAsync($"/servers/{id}/actions/rebuild", new { image = "debian-13" })).With(201);
        (await DeleteAsync($"/servers/{id}")).With(200);
        (await DeleteAsync($"/images/{image}")).With(204);

        _hosts.Done.ShouldBe(
        [
            $"create first debian-12 at {address}", $"stop {id} gently", $"start {id}", $"reboot {id} hard", $"reboot {id} gently", $"stop {id} hard", $"snapshot {id} {image}",
            $"create second snapshot {image} at ", $"delete {id}", $"create first debian-13 at {address}", $"delete {id}", $"return {address}", $"delete snapshot {image}",
        ]);
    }

    [Fact]
    public async Task A_vanished_server_is_taken_from_its_host_and_a_stranger_boots_at_its_address()
    {
        var created = await CreateServerAsync();
        var (id, address) = (created.Id("server.id"), created.Text("server.public_net.ipv4.ip"));

        Cloud.Vanish(id, reuseAddress: true);

        (await GetAsync($"/servers/{id}")).With(404);
        _hosts.Done.Skip(1).ShouldBe([$"delete {id}", $"create stranger-{id} debian-12 at {address}"]);
        (await GetAsync("/servers")).Text("servers.0.public_net.ipv4.ip").ShouldBe(address);
    }

    [Fact]
    public async Task Stopping_the_simulator_breaks_off_what_hosts_are_doing()
    {
        _hosts.Until = Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
        (await CreateServerAsync()).With(201);

        await Cloud.DisposeAsync();

        _hosts.IsDisposed.ShouldBeTrue();
    }
}
