using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Servers;

public sealed class ServerCreationTests : CloudTest
{
    [Fact]
    public async Task A_server_has_all_that_it_was_made_with()
    {
        var network = (await PostAsync("/networks", new { name = "n", ip_range = "10.0.0.0/16", subnets = (object[])[new { type = "cloud", ip_range = "10.0.7.0/24", network_zone = "eu-central" }] })).Id("network.id");
        var firewall = (await PostAsync("/firewalls", new { name = "f" })).Id("firewall.id");
        var group = (await PostAsync("/placement_groups", new { name = "g", type = "spread" })).Id("placement_group.id");

        var created = (await CreateServerAsync("db-1", ("labels", new { owner = "me" }), ("networks", (long[])[network]), ("firewalls", (object[])[new { firewall }]), ("placement_group", group))).With(201);

        created.Text("server.status").ShouldBe("initializing");
        created["server.locked"].GetBoolean().ShouldBeTrue();
        created.Text("root_password").Length.ShouldBe(20);
        var server = await GetAsync($"/servers/{created.Id("server.id")}");
        server.Text("server.status").ShouldBe("running");
        server["server.locked"].GetBoolean().ShouldBeFalse();
        server.Text("server.labels.owner").ShouldBe("me");
        server.Text("server.location.name").ShouldBe("fsn1");
        server.Text("server.private_net.0.ip").ShouldBe("10.0.7.2");
        server.Id("server.public_net.firewalls.0.id").ShouldBe(firewall);
        server.Id("server.placement_group.id").ShouldBe(group);
        (await GetAsync($"/firewalls/{firewall}")).Id("firewall.applied_to.0.server.id").ShouldBe(created.Id("server.id"));
        (await GetAsync($"/primary_ips?ip={server.Text("server.public_net.ipv4.ip")}")).Id("primary_ips.0.assignee_id").ShouldBe(created.Id("server.id"));
    }

    [Fact]
    public async Task A_name_exists_once_in_the_project()
    {
        (await CreateServerAsync()).With(201);

        var second = await CreateServerAsync();

        second.With(409).ErrorCode.ShouldBe("uniqueness_error");
        second.Text("error.details.fields.0.name").ShouldBe("name");
        (await GetAsync("/servers?name=first")).List("servers").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("name", "under_score", 422, "invalid_input")]
    [InlineData("name", "-a", 422, "invalid_input")]
    [InlineData("server_type", "cx21", 404, "not_found")]
    [InlineData("location", "mars", 404, "not_found")]
    [InlineData("image", "debian-5", 404, "not_found")]
    [InlineData("image", "1", 404, "not_found")]
    [InlineData("location", "ash", 422, "invalid_input")]
    public async Task What_cannot_be_ordered_is_refused_and_leaves_nothing(string field, string value, int status, string code)
    {
        (await CreateServerAsync("first", (field, value))).With(status).ErrorCode.ShouldBe(code);

        Cloud.Read(c => (c.Servers.Count, c.PrimaryIps.Count, c.Actions.All.Count)).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task User_data_may_be_32_kilobytes_long_and_no_longer()
    {
        (await CreateServerAsync("first", ("user_data", new string('x', 32 * 1024)))).With(201);

        (await CreateServerAsync("second", ("user_data", new string('x', (32 * 1024) + 1)))).With(422).Text("error.details.fields.0.name").ShouldBe("user_data");
    }

    [Theory]
    [InlineData("a b", "c")]
    [InlineData("-a", "c")]
    [InlineData("hetzner.cloud/a", "c")]
    [InlineData("a", "c d")]
    public async Task Labels_must_follow_their_grammar(string key, string value) =>
        (await CreateServerAsync("first", ("labels", new Dictionary<string, string> { [key] = value }))).With(422).Text("error.details.fields.0.name").ShouldBe("labels");

    [Fact]
    public async Task A_type_may_be_sold_out_in_one_location_and_there_in_another()
    {
        Cloud.Change(c => c.Stock.SetSoldOut("cx23", "fsn1"));

        (await CreateServerAsync()).With(412).ErrorCode.ShouldBe("resource_unavailable");
        (await CreateServerAsync("first", ("location", "nbg1"))).With(201);
        var shown = (await GetAsync("/server_types?name=cx23")).List("server_types.0.locations").ToDictionary(l => l.GetProperty("name").GetString()!, l => l.GetProperty("available").GetBoolean());
        (shown["fsn1"], shown["nbg1"]).ShouldBe((false, true));
    }

    [Fact]
    public async Task A_project_at_its_limit_gets_no_more_servers()
    {
        Cloud.Change(c => c.SetLimit("server", 1));
        (await CreateServerAsync()).With(201);

        var second = (await CreateServerAsync("second")).With(403);

        second.ErrorCode.ShouldBe("resource_limit_exceeded");
        second.Text("error.details.limits.0.name").ShouldBe("server_limit");
    }

    [Fact]
    public async Task An_image_name_means_the_image_of_the_types_architecture()
    {
        var arm = (await CreateServerAsync("first", ("server_type", "cax11"))).With(201);

        arm.Text("server.image.architecture").ShouldBe("arm");
        (await GetAsync("/images?name=debian-12&architecture=arm")).Id("images.0.id").ShouldBe(arm.Id("server.image.id"));
        (await CreateServerAsync("second", ("image", $"{arm.Id("server.image.id")}"))).With(422);
    }

    [Fact]
    public async Task A_spread_group_holds_ten_servers()
    {
        var group = (await PostAsync("/placement_groups", new { name = "g", type = "spread" })).Id("placement_group.id");
        for (var i = 1; i <= 10; i++)
        {
            (await CreateServerAsync($"s{i}", ("placement_group", group))).With(201);
        }

        (await CreateServerAsync("s11", ("placement_group", group))).With(422).ErrorCode.ShouldBe("placement_error");
    }

    [Fact]
    public async Task A_server_has_at_most_five_firewalls_and_an_address_in_each_of_its_networks()
    {
        var firewalls = new List<object>();
        for (var i = 1; i <= 6; i++)
        {
            firewalls.Add(new { firewall = (await PostAsync("/firewalls", new { name = $"f{i}" })).Id("firewall.id") });
        }

        var small = (await PostAsync("/networks", new { name = "n", ip_range = "10.0.0.0/29", subnets = (object[])[new { type = "cloud", ip_range = "10.0.0.0/29", network_zone = "eu-central" }] })).Id("network.id");

        (await CreateServerAsync("first", ("firewalls", firewalls))).With(403).ErrorCode.ShouldBe("resource_limit_exceeded");
        for (var i = 1; i <= 5; i++)
        {
            (await CreateServerAsync($"s{i}", ("networks", (long[])[small]))).With(201).Text("server.private_net.0.ip").ShouldBe($"10.0.0.{i + 1}");
        }

        (await CreateServerAsync("s6", ("networks", (long[])[small]))).With(422).ErrorCode.ShouldBe("no_subnet_available");
        (await CreateServerAsync("far", ("networks", (long[])[small]), ("server_type", "ccx13"), ("location", "ash"))).With(422).ErrorCode.ShouldBe("no_subnet_available");
        Cloud.Read(c => (c.Servers.Count, c.PrimaryIps.Count)).ShouldBe((5, 10));
    }

    [Fact]
    public async Task A_primary_ip_made_before_becomes_the_servers()
    {
        var ip = (await PostAsync("/primary_ips", new { name = "p", type = "ipv4", location = "fsn1", assignee_type = "server" })).With(201);

        var server = (await CreateServerAsync("first", ("public_net", new { ipv4 = ip.Id("primary_ip.id"), enable_ipv6 = false }))).With(201);

        server.Text("server.public_net.ipv4.ip").ShouldBe(ip.Text("primary_ip.ip"));
        (await CreateServerAsync("second", ("public_net", new { ipv4 = ip.Id("primary_ip.id") }))).With(422).ErrorCode.ShouldBe("primary_ip_assigned");
        (await CreateServerAsync("third", ("public_net", new { ipv6 = ip.Id("primary_ip.id") }))).With(412).ErrorCode.ShouldBe("primary_ip_version_mismatch");
    }
}
