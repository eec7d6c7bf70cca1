using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Contract;

public sealed class EndpointTests : CloudTest
{
    /// <summary>One life of a project; the document judges every request and response on the way.</summary>
    [ContractFact]
    public async Task Every_endpoint_that_is_served_is_documented_and_answers_as_documented()
    {
        await OffersAsync();
        var (server, key) = await SurroundedServerAsync();
        await PowerAsync(server);
        await ImagesAsync(server);
        await AddressesAsync();
        await ZonesAsync();
        await ActionsAsync(server);
        (await DeleteAsync($"/servers/{server}")).With(200);
        (await DeleteAsync($"/ssh_keys/{key}")).With(204);

        Cloud.Violations.All.ShouldBeEmpty();
        var answered = Cloud.Calls.All.Where(c => c.Status is >= 200 and < 300).ToList();
        Cloud.Served.Where(s => !answered.Exists(c => c.Method == s.Method && Matches(s.Path, c.Path))).ShouldBeEmpty();
    }

    private static bool Matches(string pattern, string path) =>
        pattern.Split('/') is var parts && path.Split('/') is var actual && parts.Length == actual.Length && parts.Zip(actual).All(x => x.First == x.Second || x.First.StartsWith('{'));

    private async Task OffersAsync()
    {
        var location = (await GetAsync("/locations?sort=name:desc")).With(200).Id("locations.0.id");
        (await GetAsync($"/locations/{location}")).With(200);
        var type = (await GetAsync("/server_types?name=ccx13")).With(200).Id("server_types.0.id");
        (await GetAsync($"/server_types/{type}")).With(200);
        (await GetAsync("/pricing")).With(200);
    }

    private async Task<(long Server, long Key)> SurroundedServerAsync()
    {
        var key = (await PostAsync("/ssh_keys", new { name = "k", public_key = Key, labels = new { a = "b" } })).With(201).Id("ssh_key.id");
        (await GetAsync($"/ssh_keys/{key}")).With(200);
        (await GetAsync("/ssh_keys")).With(200);
        (await PutAsync($"/ssh_keys/{key}", new { name = "k2" })).With(200);
        var group = (await PostAsync("/placement_groups", new { name = "g", type = "spread" })).With(201).Id("placement_group.id");
        (await GetAsync($"/placement_groups/{group}")).With(200);
        (await PutAsync($"/placement_groups/{group}", new { name = "g2" })).With(200);
        var network = await NetworkAsync();
        object[] rules = [new { direction = "in", protocol = "tcp", port = "22", source_ips = (string[])["0.0.0.0/0", "::/0"] }];
        var firewall = (await PostAsync("/firewalls", new { name = "f", rules, apply_to = (object[])[new { type = "label_selector", label_selector = new { selector = "a=b" } }] })).With(201).Id("firewall.id");
        var server = (await CreateServerAsync(
            "first",
            ("ssh_keys", (string[])["k2"]),
            ("networks", (long[])[network]),
            ("firewalls", (object[])[new { firewall }]),
            ("placement_group", group),
            ("labels", new { a = "b" }),
            ("user_data", "#cloud-config"))).With(201).Id("server.id");
        (await GetAsync($"/servers/{server}")).With(200);
        (await GetAsync("/servers?status=running&sort=name")).With(200).List("servers").Count.ShouldBe(1);
        (await PutAsync($"/servers/{server}", new { labels = new { a = "c" } })).With(200);
        await FirewallAsync(firewall, server, rules);
        (await PostAsync($"/servers/{server}/actions/detach_from_network", new { network })).With(201);
        (await PostAsync($"/servers/{server}/actions/attach_to_network", new { network })).With(201);
        (await DeleteAsync($"/networks/{network}")).With(204);
        (await GetAsync("/placement_groups")).With(200);
        (await DeleteAsync($"/placement_groups/{group}")).With(204);
        return (server, key);
    }

    private async Task<long> NetworkAsync()
    {
        var network = (await PostAsync("/networks", new { name = "n", ip_range = "10.0.0.0/16" })).With(201).Id("network.id");
        (await PostAsync($"/networks/{network}/actions/add_subnet", new { type = "cloud", ip_range = "10.0.1.0/24", network_zone = "eu-central" })).With(201);
        (await PostAsync($"/networks/{network}/actions/add_subnet", new { type = "cloud", network_zone = "us-east" })).With(201);
        (await PostAsync($"/networks/{network}/actions/delete_subnet", new { ip_range = "10.0.0.0/24" })).With(201);
        (await PostAsync($"/networks/{network}/actions/change_protection", new { delete = false })).With(201);
        (await PutAsync($"/networks/{network}", new { name = "n2" })).With(200);
        (await GetAsync("/networks")).With(200);
        (await GetAsync($"/networks/{network}")).With(200);
        await ActionsOfAsync("/networks", network);
        return network;
    }

    private async Task FirewallAsync(long firewall, long server, object[] rules)
    {
        object[] bySelector = [new { type = "label_selector", label_selector = new { selector = "x" } }];
        (await PostAsync($"/firewalls/{firewall}/actions/set_rules", new { rules })).With(201);
        (await PostAsync($"/firewalls/{firewall}/actions/apply_to_resources", new { apply_to = bySelector })).With(201);
        (await PostAsync($"/firewalls/{firewall}/actions/remove_from_resources", new { remove_from = bySelector })).With(201);
        (await PutAsync($"/firewalls/{firewall}", new { name = "f2" })).With(200);
        (await GetAsync("/firewalls")).With(200);
        (await GetAsync($"/firewalls/{firewall}")).With(200).List("firewall.applied_to").Count.ShouldBe(2);
        await ActionsOfAsync("/firewalls", firewall);
        object[] all = [new { type = "server", server = new { id = server } }, new { type = "label_selector", label_selector = new { selector = "a=b" } }];
        (await PostAsync($"/firewalls/{firewall}/actions/remove_from_resources", new { remove_from = all })).With(201);
        (await DeleteAsync($"/firewalls/{firewall}")).With(204);
    }

    private async Task PowerAsync(long server)
    {
        foreach (var verb in (string[])["shutdown", "poweron", "reboot", "reset", "poweroff", "disable_rescue"])
        {
            (await PostAsync($"/servers/{server}/actions/{verb}")).With(201);
        }

        (await PostAsync($"/servers/{server}/actions/enable_rescue", new { type = "linux64" })).With(201);
        (await PostAsync($"/servers/{server}/actions/change_type", new { server_type = "cx33", upgrade_disk = true })).With(201);
        (await PostAsync($"/servers/{server}/actions/rebuild", new { image = "debian-13" })).With(201);
        (await PostAsync($"/servers/{server}/actions/change_protection", new { delete = false, rebuild = false })).With(201);
    }

    private async Task ImagesAsync(long server)
    {
        var image = (await PostAsync($"/servers/{server}/actions/create_image", new { type = "snapshot", description = "golden" })).With(201).Id("image.id");
        (await GetAsync("/images?type=snapshot&status=available")).With(200).List("images").Count.ShouldBe(1);
        (await GetAsync($"/images/{image}")).With(200).Text("image.description").ShouldBe("golden");
        (await PutAsync($"/images/{image}", new { description = "new", labels = new { a = "b" } })).With(200);
        (await PostAsync($"/images/{image}/actions/change_protection", new { delete = false })).With(201);
        await ActionsOfAsync("/images", image);
        (await DeleteAsync($"/images/{image}")).With(204);
    }

    private async Task AddressesAsync()
    {
        var server = (await CreateServerAsync("second", ("start_after_create", false), ("public_net", new { enable_ipv4 = false, enable_ipv6 = false }))).With(201).Id("server.id");
        var ip = (await PostAsync("/primary_ips", new { name = "p", type = "ipv4", location = "fsn1", assignee_type = "server" })).With(201).Id("primary_ip.id");
        (await PostAsync("/primary_ips", new { name = "p6", type = "ipv6", assignee_type = "server", assignee_id = server })).With(201);
        (await PostAsync($"/primary_ips/{ip}/actions/assign", new { assignee_type = "server", assignee_id = server })).With(201);
        (await PostAsync($"/primary_ips/{ip}/actions/change_dns_ptr", new { ip = "198.18.0.9", dns_ptr = "a.example.com" })).With(201);
        (await PostAsync($"/primary_ips/{ip}/actions/unassign")).With(201);
        (await PostAsync($"/primary_ips/{ip}/actions/change_protection", new { delete = false })).With(201);
        (await GetAsync("/primary_ips")).With(200);
        (await GetAsync($"/primary_ips/{ip}")).With(200);
        (await PutAsync($"/primary_ips/{ip}", new { auto_delete = true })).With(200);
        await ActionsOfAsync("/primary_ips", ip);
        (await DeleteAsync($"/primary_ips/{ip}")).With(204);
    }

    private async Task ZonesAsync()
    {
        var zone = (await PostAsync("/zones", new { name = "example.com", mode = "primary" })).With(201).Id("zone.id");
        (await GetAsync("/zones")).With(200);
        (await GetAsync("/zones/example.com")).With(200);
        (await PutAsync($"/zones/{zone}", new { labels = new { a = "b" } })).With(200);
        (await PostAsync($"/zones/{zone}/actions/change_ttl", new { ttl = 300 })).With(201);
        (await PostAsync($"/zones/{zone}/actions/change_protection", new { delete = false })).With(201);
        object[] records = [new { value = "198.18.0.1", comment = "first" }];
        (await PostAsync("/zones/example.com/rrsets", new { name = "www", type = "A", ttl = 60, records })).With(201);
        (await GetAsync("/zones/example.com/rrsets?type=A")).With(200).List("rrsets").Count.ShouldBe(1);
        const string Set = "/zones/example.com/rrsets/www/A";
        (await GetAsync(Set)).With(200);
        (await PutAsync(Set, new { labels = new { a = "b" } })).With(200);
        (await PostAsync($"{Set}/actions/add_records", new { records = (object[])[new { value = "198.18.0.2" }] })).With(201);
        (await PostAsync($"{Set}/actions/remove_records", new { records })).With(201);
        (await PostAsync($"{Set}/actions/set_records", new { records })).With(201);
        (await PostAsync($"{Set}/actions/change_ttl", new { ttl = (int?)null })).With(201);
        (await PostAsync($"{Set}/actions/change_protection", new { change = false })).With(201);
        (await DeleteAsync(Set)).With(201);
        await ActionsOfAsync("/zones", zone);
        (await DeleteAsync("/zones/example.com")).With(201);
    }

    private async Task ActionsAsync(long server)
    {
        await ActionsOfAsync("/servers", server);
        (await GetAsync("/actions?id=1&id=2&id=77777")).With(200).List("actions").Count.ShouldBe(2);
        (await GetAsync("/actions/1")).With(200);
    }

    private async Task ActionsOfAsync(string kind, long id)
    {
        (await GetAsync($"{kind}/actions?sort=id:desc")).With(200).List("actions").ShouldNotBeEmpty();
        var action = (await GetAsync($"{kind}/{id}/actions?status=success&sort=id")).With(200).Id("actions.0.id");
        (await GetAsync($"{kind}/actions/{action}")).With(200);
        (await GetAsync($"{kind}/{id}/actions/{action}")).With(200);
    }
}
