using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Servers;

public sealed class ServerRemovalTests : CloudTest
{
    protected override SimulatorOptions Options => base.Options with { ActionTime = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task A_deleted_server_takes_its_own_addresses_with_it_and_leaves_those_that_are_kept()
    {
        var kept = (await PostAsync("/primary_ips", new { name = "kept", type = "ipv4", location = "fsn1", assignee_type = "server" })).Id("primary_ip.id");
        var server = (await CreateServerAsync("first", ("public_net", new { ipv4 = kept }))).With(201).Id("server.id");
        (await GetAsync("/primary_ips")).List("primary_ips").Count.ShouldBe(2);
        Time.Pass(TimeSpan.FromSeconds(10));

        (await DeleteAsync($"/servers/{server}")).With(200).Text("action.command").ShouldBe("delete_server");

        (await GetAsync($"/servers/{server}")).With(404).ErrorCode.ShouldBe("not_found");
        var left = await GetAsync("/primary_ips");
        left.List("primary_ips").Count.ShouldBe(1);
        left.Id("primary_ips.0.id").ShouldBe(kept);
        left["primary_ips.0.assignee_id"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Nothing_refers_to_a_deleted_server_any_more()
    {
        var network = (await PostAsync("/networks", new { name = "n", ip_range = "10.0.0.0/16", subnets = (object[])[new { type = "cloud", ip_range = "10.0.1.0/24", network_zone = "eu-central" }] })).Id("network.id");
        var firewall = (await PostAsync("/firewalls", new { name = "f" })).Id("firewall.id");
        var server = (await CreateServerAsync("first", ("networks", (long[])[network]), ("firewalls", (object[])[new { firewall }]))).With(201).Id("server.id");
        (await DeleteAsync($"/firewalls/{firewall}")).With(422).ErrorCode.ShouldBe("resource_in_use");
        Time.Pass(TimeSpan.FromSeconds(10));

        (await DeleteAsync($"/servers/{server}")).With(200);

        (await GetAsync($"/networks/{network}")).List("network.servers").ShouldBeEmpty();
        (await DeleteAsync($"/firewalls/{firewall}")).With(204);
    }

    [Fact]
    public async Task A_protected_server_stays_until_it_is_protected_no_longer()
    {
        var server = (await CreateServerAsync()).Id("server.id");
        Time.Pass(TimeSpan.FromSeconds(10));
        await PostAsync($"/servers/{server}/actions/change_protection", new { delete = true, rebuild = true });
        Time.Pass(TimeSpan.FromSeconds(10));

        (await DeleteAsync($"/servers/{server}")).With(423).ErrorCode.ShouldBe("protected");
        (await PostAsync($"/servers/{server}/actions/rebuild", new { image = "debian-12" })).With(423).ErrorCode.ShouldBe("protected");
        await PostAsync($"/servers/{server}/actions/change_protection", new { delete = false, rebuild = false });
        Time.Pass(TimeSpan.FromSeconds(10));
        (await DeleteAsync($"/servers/{server}")).With(200);
    }

    [Fact]
    public async Task A_server_that_an_action_runs_on_is_locked()
    {
        var server = (await CreateServerAsync()).Id("server.id");

        (await GetAsync($"/servers/{server}"))["server.locked"].GetBoolean().ShouldBeTrue();
        (await DeleteAsync($"/servers/{server}")).With(423).ErrorCode.ShouldBe("locked");
        (await PostAsync($"/servers/{server}/actions/poweroff")).With(423).ErrorCode.ShouldBe("locked");
        Time.Pass(TimeSpan.FromSeconds(10));
        (await DeleteAsync($"/servers/{server}")).With(200);
    }
}
