using HetznerSimulator;
using HetznerSimulator.Faults;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Servers;
using Provisioner.Hetzner.Zones;

namespace Provisioner.Tests.Hetzner;

/// <summary>Reading a whole project.</summary>
public sealed class ListTests
{
    [Fact]
    public async Task Ten_thousand_servers_are_listed_with_two_hundred_calls()
    {
        await using var world = await CloudWorld.StartAsync(new SimulatorOptions { ValidateRequests = false });
        world.Cloud.AddServers(10_000, "many", CloudWorld.Owner.Labels);

        var ids = await world.Client.Servers.ListAsync(LabelSelector.OfInstallation("test"), default).Select(s => s.Id).ToHashSetAsync();

        ids.Count.ShouldBe(10_000);
        world.Cloud.Calls.All.Count.ShouldBe(200);
    }

    [Fact]
    public async Task Only_the_pages_that_are_read_are_fetched()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Cloud.AddServers(120, "many", CloudWorld.Owner.Labels);

        (await world.Client.Servers.ListAsync(selector: null, default).Take(60).CountAsync()).ShouldBe(60);

        world.Cloud.Calls.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_page_that_was_cut_off_is_fetched_again()
    {
        await using var world = await CloudWorld.StartAsync();
        world.Cloud.AddServers(120, "many", CloudWorld.Owner.Labels);
        world.Cloud.Faults.Add(new Fault { Kind = FaultKind.TruncatedBody, Path = "/servers", Call = 2 });

        (await world.Client.Servers.ListAsync(selector: null, default).Select(s => s.Id).Distinct().CountAsync()).ShouldBe(120);

        world.Cloud.Calls.All.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Ten_at_once_are_paced_and_never_refused()
    {
        await using var world = await CloudWorld.StartAsync(new SimulatorOptions { RateLimit = 108, ValidateRequests = false });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            for (var i = 0; i < 30; i++)
            {
                await world.Client.Locations.FindAsync("fsn1", default);
            }
        }));

        world.Cloud.Calls.All.Count(c => c.Status == 429).ShouldBe(0);
        world.Cloud.Calls.All.Count.ShouldBe(300);
        world.Clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(150));
    }

    [Fact]
    public async Task What_another_control_plane_uses_up_is_noticed()
    {
        await using var world = await CloudWorld.StartAsync(new SimulatorOptions { RateLimit = 108, ValidateRequests = false });
        await using var other = world.With(world.Cloud.Token);

        async Task AskAsync(HetznerClient client)
        {
            for (var i = 0; i < 100; i++)
            {
                await client.Locations.FindAsync("fsn1", default);
            }
        }

        await Task.WhenAll(AskAsync(world.Client), AskAsync(other));

        // Both may believe that the last request left is theirs; such a refusal passes by itself.
        world.Cloud.Calls.All.Count(c => c.Status == 429).ShouldBeLessThan(20);
        world.Cloud.Calls.All.Count(c => c.Status == 200).ShouldBe(200);
    }

    [Fact]
    public async Task The_inventory_holds_everything_of_ours_and_nothing_else()
    {
        await using var world = await CloudWorld.StartAsync();
        foreach (var (owner, suffix) in new[] { (CloudWorld.Owner, "a"), (new Ownership("elsewhere", Guid.CreateVersion7()), "b") })
        {
            var client = world.Client;
            var server = await client.Servers.EnsureAsync(CloudWorld.Server($"app-{suffix}"), owner, default);
            await client.Actions.WaitAsync(server.Actions, default);
            await client.Servers.EnsureSnapshotAsync(server.Object.Id, "golden", owner.Labels, owner, client.Images, default);
            await client.Firewalls.EnsureAsync(new FirewallRequest($"web-{suffix}", []), owner, default);
            await client.Networks.EnsureAsync(new NetworkRequest($"net-{suffix}", "10.0.0.0/16", []), owner, default);
            await client.PlacementGroups.EnsureAsync(new PlacementGroupRequest($"group-{suffix}"), owner, default);
            await client.PrimaryIps.EnsureAsync(new PrimaryIpRequest($"ip-{suffix}", "ipv4", "fsn1", AutoDelete: false), owner, default);
            var zone = await client.Zones.EnsureAsync(new ZoneRequest($"example-{suffix}.com"), owner, default);
            await client.RecordSets.CreateAsync(zone.Object.Name, new HetznerRecordSet("app", "A", 300, [new HetznerRecord("192.0.2.1")], owner.Labels), default);
        }

        await world.Client.SshKeys.EnsureAsync(new SshKeyRequest("key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHUPcFNDdsI7vr4Aa7pJUOZlD9QIdvQ8K1nGWiBKIvWf"), CloudWorld.Owner, default);
        var before = world.Cloud.Calls.All.Count;

        var inventory = await world.Client.ReadInventoryAsync("test", default);

        inventory.Servers.ShouldHaveSingleItem().Name.ShouldBe("app-a");
        inventory.Firewalls.ShouldHaveSingleItem().Name.ShouldBe("web-a");
        inventory.SshKeys.ShouldHaveSingleItem().Name.ShouldBe("key");
        inventory.Networks.ShouldHaveSingleItem().Name.ShouldBe("net-a");
        inventory.PlacementGroups.ShouldHaveSingleItem().Name.ShouldBe("group-a");
        inventory.PrimaryIps.ShouldHaveSingleItem().Name.ShouldBe("ip-a");
        inventory.Images.ShouldHaveSingleItem().Description.ShouldBe("golden");
        inventory.RecordSets.ShouldHaveSingleItem().Set.Name.ShouldBe("app");
        (world.Cloud.Calls.All.Count - before).ShouldBe(10);
    }
}
