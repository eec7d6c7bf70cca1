using Provisioner.Hetzner;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Servers;
using Provisioner.Hetzner.Zones;

namespace Provisioner.Tests.Hetzner;

/// <summary>Every request and every answer of the client against Hetzner's own document.</summary>
public sealed class ContractTests
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal) { ["example.com/my"] = "label" };

    private static readonly FirewallRule[] Rules =
    [
        FirewallRule.AllowTcp(443, "https"),
        new("out", "icmp", Port: null, [], ["10.0.0.0/8"]),
    ];

    /// <summary>Each call that the client can make, by the request that the document knows it as.</summary>
    private static readonly Dictionary<string, Func<HetznerClient, Task>> Calls = new(StringComparer.Ordinal)
    {
        ["POST /servers"] = c => c.Servers.EnsureAsync(Everything, CloudWorld.Owner, default),
        ["GET /servers"] = c => c.Servers.ListAsync(LabelSelector.Has("key"), default).ToListAsync().AsTask(),
        ["GET /servers/1"] = c => c.Servers.GetAsync(1, default),
        ["PUT /servers/1"] = c => c.Servers.SetLabelsAsync(1, Labels, default),
        ["DELETE /servers/1"] = c => c.Servers.DeleteAsync(1, default),
        ["POST /servers/1/actions/change_protection"] = c => c.Servers.ProtectAsync(1, protect: true, default),
        ["POST /servers/1/actions/poweron"] = c => c.Servers.PowerOnAsync(1, default),
        ["POST /servers/1/actions/poweroff"] = c => c.Servers.PowerOffAsync(1, default),
        ["POST /servers/1/actions/shutdown"] = c => c.Servers.ShutDownAsync(1, default),
        ["POST /servers/1/actions/reboot"] = c => c.Servers.RebootAsync(1, default),
        ["POST /servers/1/actions/reset"] = c => c.Servers.ResetAsync(1, default),
        ["POST /servers/1/actions/rebuild"] = c => c.Servers.RebuildAsync(1, "debian-12", "#cloud-config", default),
        ["GET /actions/1"] = c => c.Actions.GetAsync(1, default),
        ["GET /ssh_keys"] = c => c.SshKeys.FindAsync("name", default),
        ["GET /ssh_keys/1"] = c => c.SshKeys.GetAsync(1, default),
        ["POST /ssh_keys"] = async c => _ = await Record.ExceptionAsync(() => c.SshKeys.EnsureAsync(new SshKeyRequest("key", "ssh-ed25519 AAAA") { Labels = Labels }, CloudWorld.Owner, default)),
        ["PUT /ssh_keys/1"] = c => c.SshKeys.SetLabelsAsync(1, Labels, default),
        ["DELETE /ssh_keys/1"] = c => c.SshKeys.DeleteAsync(1, default),
        ["GET /firewalls"] = c => c.Firewalls.FindAsync("name", default),
        ["GET /firewalls/1"] = c => c.Firewalls.GetAsync(1, default),
        ["POST /firewalls"] = c => c.Firewalls.EnsureAsync(new FirewallRequest("web", Rules) { ApplyTo = [FirewallTarget.OfServer(1), FirewallTarget.OfLabels(LabelSelector.Has("key"))] }, CloudWorld.Owner, default),
        ["PUT /firewalls/1"] = c => c.Firewalls.SetLabelsAsync(1, Labels, default),
        ["DELETE /firewalls/1"] = c => c.Firewalls.DeleteAsync(1, default),
        ["POST /firewalls/1/actions/set_rules"] = c => c.Firewalls.SetRulesAsync(1, Rules, default),
        ["POST /firewalls/1/actions/apply_to_resources"] = c => c.Firewalls.ApplyAsync(1, [FirewallTarget.OfServer(1)], default),
        ["POST /firewalls/1/actions/remove_from_resources"] = c => c.Firewalls.RemoveAsync(1, [FirewallTarget.OfLabels(LabelSelector.Has("key"))], default),
        ["GET /networks/1"] = c => c.Networks.GetAsync(1, default),
        ["PUT /networks/1"] = c => c.Networks.SetLabelsAsync(1, Labels, default),
        ["DELETE /networks/1"] = c => c.Networks.DeleteAsync(1, default),
        ["POST /networks/1/actions/add_subnet"] = c => c.Networks.AddSubnetAsync(1, new Subnet("cloud", "eu-central", "10.0.1.0/24"), default),
        ["POST /networks/1/actions/change_protection"] = c => c.Networks.ProtectAsync(1, protect: false, default),
        ["GET /placement_groups"] = c => c.PlacementGroups.FindAsync("name", default),
        ["GET /placement_groups/1"] = c => c.PlacementGroups.GetAsync(1, default),
        ["PUT /placement_groups/1"] = c => c.PlacementGroups.SetLabelsAsync(1, Labels, default),
        ["DELETE /placement_groups/1"] = c => c.PlacementGroups.DeleteAsync(1, default),
        ["GET /primary_ips"] = c => c.PrimaryIps.FindAsync("name", default),
        ["GET /primary_ips/1"] = c => c.PrimaryIps.GetAsync(1, default),
        ["POST /primary_ips"] = c => c.PrimaryIps.EnsureAsync(new PrimaryIpRequest("front", "ipv4", "fsn1", AutoDelete: true), CloudWorld.Owner, default),
        ["PUT /primary_ips/1"] = c => c.PrimaryIps.SetAutoDeleteAsync(1, autoDelete: true, default),
        ["DELETE /primary_ips/1"] = c => c.PrimaryIps.DeleteAsync(1, default),
        ["POST /primary_ips/1/actions/assign"] = c => c.PrimaryIps.AssignAsync(1, 2, default),
        ["POST /primary_ips/1/actions/unassign"] = c => c.PrimaryIps.UnassignAsync(1, default),
        ["POST /primary_ips/1/actions/change_protection"] = c => c.PrimaryIps.ProtectAsync(1, protect: true, default),
        ["GET /images"] = c => c.Images.FindSystemAsync("debian-12", "x86", default),
        ["GET /images/1"] = c => c.Images.GetAsync(1, default),
        ["PUT /images/1"] = c => c.Images.SetLabelsAsync(1, Labels, default),
        ["DELETE /images/1"] = c => c.Images.DeleteAsync(1, default),
        ["POST /images/1/actions/change_protection"] = c => c.Images.ProtectAsync(1, protect: true, default),
        ["GET /pricing"] = c => c.GetPricingAsync(default),
        ["GET /server_types"] = c => c.ServerTypes.FindAsync("cx23", default),
        ["GET /server_types/1"] = c => c.ServerTypes.GetAsync(1, default),
        ["GET /locations"] = c => c.Locations.FindAsync("fsn1", default),
        ["GET /locations/1"] = c => c.Locations.GetAsync(1, default),
        ["GET /zones"] = c => c.Zones.FindAsync("example.com", default),
        ["GET /zones/1"] = c => c.Zones.GetAsync(1, default),
        ["POST /zones"] = c => c.Zones.EnsureAsync(new ZoneRequest("example.com"), CloudWorld.Owner, default),
        ["PUT /zones/1"] = c => c.Zones.SetLabelsAsync(1, Labels, default),
        ["DELETE /zones/1"] = c => c.Zones.DeleteAsync(1, default),
        ["POST /zones/1/actions/change_protection"] = c => c.Zones.ProtectAsync(1, protect: true, default),
        ["GET /zones/example.com/rrsets"] = c => c.RecordSets.ListAsync("example.com", LabelSelector.Has("key"), default).ToListAsync().AsTask(),
        ["POST /zones/example.com/rrsets"] = c => c.RecordSets.CreateAsync("example.com", new HetznerRecordSet("app", "TXT", 60, [new HetznerRecord("\"x\"", "why")], Labels), default),
        ["GET /zones/example.com/rrsets/app/A"] = c => c.RecordSets.FindAsync("example.com", "app", "A", default),
        ["PUT /zones/example.com/rrsets/app/A"] = c => c.RecordSets.SetLabelsAsync("example.com", "app", "A", Labels, default),
        ["DELETE /zones/example.com/rrsets/app/A"] = c => c.RecordSets.DeleteAsync("example.com", "app", "A", default),
        ["POST /zones/example.com/rrsets/app/A/actions/set_records"] = c => c.RecordSets.SetRecordsAsync("example.com", "app", "A", [new HetznerRecord("192.0.2.1")], default),
        ["POST /zones/example.com/rrsets/app/A/actions/change_ttl"] = c => c.RecordSets.SetTtlAsync("example.com", "app", "A", 60, default),
    };

    public static TheoryData<string, bool> All
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (var call in Calls.Keys)
            {
                all.Add(call, false);
                all.Add(call, true);
            }

            return all;
        }
    }

    private static ServerRequest Everything => CloudWorld.Server() with
    {
        SshKeys = ["key"],
        Firewalls = [1],
        Networks = [1],
        PlacementGroup = 1,
        Labels = Labels,
        UserData = "#cloud-config",
        PublicNet = new PublicNetRequest(Ipv4: 1),
    };

    [OfficialDocumentTheory]
    [MemberData(nameof(All))]
    public async Task A_call_is_asked_and_understood_as_documented(string call, bool bare)
    {
        using var server = new DocumentServer(bare);
        await using var client = new HetznerClient(Scripted.Options with { Attempts = 1 }, server);

        await Calls[call](client);

        server.Seen.ShouldContain(call);
    }

    [OfficialDocumentTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_looked_for_before_it_is_made_is_asked_as_documented(bool bare)
    {
        using var server = new DocumentServer(bare);
        await using var client = new HetznerClient(Scripted.Options with { Attempts = 1 }, server);

        // What the document shows does not carry our labels, so these stop before they adopt it.
        _ = await Record.ExceptionAsync(() => client.Networks.EnsureAsync(new NetworkRequest("private", "10.0.0.0/16", [new Subnet("cloud", "eu-central")]), CloudWorld.Owner, default));
        _ = await Record.ExceptionAsync(() => client.PlacementGroups.EnsureAsync(new PlacementGroupRequest("spread"), CloudWorld.Owner, default));
        _ = await Record.ExceptionAsync(() => client.Servers.EnsureSnapshotAsync(1, "golden", Labels, CloudWorld.Owner, client.Images, default));

        string[] asked = ["GET /networks", "GET /placement_groups", "GET /images"];
        string[] made = ["POST /networks", "POST /placement_groups", "POST /servers/1/actions/create_image"];
        server.Seen.ShouldBe(bare ? asked.Zip(made).SelectMany(p => new[] { p.First, p.Second }) : asked);
    }
}
