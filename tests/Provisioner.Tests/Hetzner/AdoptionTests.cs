using HetznerSimulator.Faults;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Servers;
using Provisioner.Hetzner.Zones;

namespace Provisioner.Tests.Hetzner;

/// <summary>However a create call ends, there is one object, and it is ours.</summary>
public sealed class AdoptionTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHUPcFNDdsI7vr4Aa7pJUOZlD9QIdvQ8K1nGWiBKIvWf";

    private static readonly Ownership Other = new("test", Guid.CreateVersion7());

    public static TheoryData<string> Kinds => ["servers", "ssh_keys", "firewalls", "networks", "placement_groups", "primary_ips", "zones"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_object_whose_answer_was_lost_is_adopted(string kind)
    {
        await using var world = await CloudWorld.StartAsync();
        world.Fail(FaultKind.NoAnswer, "POST", $"/{kind}");

        var (id, adopted) = await EnsureAsync(world.Client, kind, CloudWorld.Owner);

        adopted.ShouldBeTrue();
        Count(world, kind).ShouldBe(1);
        (await EnsureAsync(world.Client, kind, CloudWorld.Owner)).ShouldBe((id, true));
        Count(world, kind).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_object_whose_answer_was_cut_off_is_adopted(string kind)
    {
        await using var world = await CloudWorld.StartAsync();
        world.Fail(FaultKind.TruncatedBody, "POST", $"/{kind}");

        (await EnsureAsync(world.Client, kind, CloudWorld.Owner)).Adopted.ShouldBeTrue();

        Count(world, kind).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_object_of_that_name_that_was_made_for_something_else_is_never_adopted(string kind)
    {
        await using var world = await CloudWorld.StartAsync();
        await EnsureAsync(world.Client, kind, Other);

        var failure = await Should.ThrowAsync<ForeignObjectException>(() => EnsureAsync(world.Client, kind, CloudWorld.Owner));

        failure.Message.ShouldContain("labels");
        Count(world, kind).ShouldBe(1);
    }

    [Fact]
    public async Task Ten_who_want_the_same_server_at_once_get_the_same()
    {
        await using var world = await CloudWorld.StartAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default)));

        all.Select(c => c.Object.Id).Distinct().ShouldHaveSingleItem();
        all.Count(c => !c.Adopted).ShouldBe(1);
        Count(world, "servers").ShouldBe(1);
    }

    [Fact]
    public async Task An_adopted_server_brings_the_actions_that_still_run()
    {
        await using var world = await CloudWorld.StartAsync(new() { ActionTime = TimeSpan.FromMinutes(1) });
        world.Fail(FaultKind.NoAnswer, "POST", "/servers");

        var server = await world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default);
        server.Actions.ShouldNotBeEmpty();
        await world.Client.Actions.WaitAsync(server.Actions, default);

        (await world.Client.Servers.GetAsync(server.Object.Id, default)).Status.ShouldNotBe(HetznerServerStatus.Initializing);
    }

    [Fact]
    public async Task One_name_for_two_things_is_an_error()
    {
        await using var world = await CloudWorld.StartAsync();

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Images.FindAsync("debian-12", default));

        failure.Code.ShouldBe(HetznerErrors.Ambiguous);
        (await world.Client.Images.FindSystemAsync("debian-12", "arm", default))!.Architecture.ShouldBe("arm");
        (await world.Client.Images.FindSystemAsync("debian-1", "arm", default)).ShouldBeNull();
    }

    [Fact]
    public async Task An_adopted_firewall_gets_the_rules_that_were_asked_for()
    {
        await using var world = await CloudWorld.StartAsync();
        var first = await world.Client.Firewalls.EnsureAsync(new FirewallRequest("web", [FirewallRule.AllowTcp(22, "ssh")]), CloudWorld.Owner, default);
        IReadOnlyList<FirewallRule> rules = [FirewallRule.AllowTcp(22, "ssh"), FirewallRule.AllowTcp(443, "https")];

        var second = await world.Client.Firewalls.EnsureAsync(new FirewallRequest("web", rules), CloudWorld.Owner, default);
        await world.Client.Actions.WaitAsync(second.Actions, default);

        (await world.Client.Firewalls.GetAsync(first.Object.Id, default)).Rules.ShouldBe(rules);
        var calls = world.Cloud.Calls.Count("POST", "/firewalls/*");
        await world.Client.Firewalls.EnsureAsync(new FirewallRequest("web", rules), CloudWorld.Owner, default);
        world.Cloud.Calls.Count("POST", "/firewalls/*").ShouldBe(calls);
    }

    [Fact]
    public async Task The_same_key_under_the_name_of_somebody_else_is_not_ours()
    {
        await using var world = await CloudWorld.StartAsync();
        await world.Client.SshKeys.EnsureAsync(new SshKeyRequest("alice", $"{Key} alice@home"), Other, default);

        await Should.ThrowAsync<ForeignObjectException>(() => world.Client.SshKeys.EnsureAsync(new SshKeyRequest("ours", Key), CloudWorld.Owner, default));
    }

    [Fact]
    public async Task A_key_that_was_made_anew_replaces_the_one_of_its_name()
    {
        await using var world = await CloudWorld.StartAsync();
        await world.Client.SshKeys.EnsureAsync(new SshKeyRequest("ours", Key), CloudWorld.Owner, default);
        const string New = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9w2k4Y0QnLQy8o0aVf4e5t1zv3p8v1JjT2xGmN5cHd";

        var key = await world.Client.SshKeys.EnsureAsync(new SshKeyRequest("ours", New), CloudWorld.Owner, default);

        key.Object.PublicKey.ShouldStartWith(New);
        Count(world, "ssh_keys").ShouldBe(1);
    }

    [Fact]
    public async Task A_snapshot_whose_answer_was_lost_is_not_made_twice()
    {
        await using var world = await CloudWorld.StartAsync();
        var server = await world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default);
        await world.Client.Actions.WaitAsync(server.Actions, default);
        world.Fail(FaultKind.NoAnswer, "POST", "/servers/*/actions/create_image");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["kind"] = "golden" };

        var image = await world.Client.Servers.EnsureSnapshotAsync(server.Object.Id, "golden", labels, Other, world.Client.Images, default);

        image.Adopted.ShouldBeTrue();
        image.Object.Labels["kind"].ShouldBe("golden");
        (await world.Client.Images.FindSnapshotAsync(Other, default))!.Id.ShouldBe(image.Object.Id);
        world.Cloud.Read(c => c.Images.All.Count(i => i.Labels.Count > 0)).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_gone_already_counts_as_deleted_and_what_is_protected_stays()
    {
        await using var world = await CloudWorld.StartAsync();
        var server = (await world.Client.Servers.EnsureAsync(CloudWorld.Server(), CloudWorld.Owner, default)).Object;
        await world.Client.Actions.WaitAsync(await world.Client.Servers.ProtectAsync(server.Id, protect: true, default), default);
        (await Should.ThrowAsync<HetznerException>(() => world.Client.Servers.DeleteAsync(server.Id, default))).Code.ShouldBe(HetznerErrors.Protected);
        await world.Client.Actions.WaitAsync(await world.Client.Servers.ProtectAsync(server.Id, protect: false, default), default);

        world.Fail(FaultKind.NoAnswer, "DELETE", "/servers/*");
        await world.Client.Actions.WaitAsync(await world.Client.Servers.DeleteAsync(server.Id, default), default);

        (await world.Client.Servers.DeleteAsync(server.Id, default)).ShouldBeEmpty();
        (await world.Client.Servers.FindAsync(server.Id, default)).ShouldBeNull();
    }

    private static int Count(CloudWorld world, string kind) =>
        world.Cloud.Read(c => kind switch
        {
            "servers" => c.Servers.Count,
            "ssh_keys" => c.SshKeys.Count,
            "firewalls" => c.Firewalls.Count,
            "networks" => c.Networks.Count,
            "placement_groups" => c.PlacementGroups.Count,
            "primary_ips" => c.PrimaryIps.Count,
            _ => c.Zones.Count,
        });

    private static async Task<(long Id, bool Adopted)> EnsureAsync(HetznerClient client, string kind, Ownership owner) =>
        kind switch
        {
            "servers" => Told(await client.Servers.EnsureAsync(CloudWorld.Server(), owner, default)),
            "ssh_keys" => Told(await client.SshKeys.EnsureAsync(new SshKeyRequest("key", Key), owner, default)),
            "firewalls" => Told(await client.Firewalls.EnsureAsync(new FirewallRequest("web", [FirewallRule.AllowTcp(443, "https")]), owner, default)),
            "networks" => Told(await client.Networks.EnsureAsync(new NetworkRequest("private", "10.0.0.0/16", [new Subnet("cloud", "eu-central")]), owner, default)),
            "placement_groups" => Told(await client.PlacementGroups.EnsureAsync(new PlacementGroupRequest("spread"), owner, default)),
            "primary_ips" => Told(await client.PrimaryIps.EnsureAsync(new PrimaryIpRequest("front", "ipv4", "fsn1", AutoDelete: false), owner, default)),
            _ => Told(await client.Zones.EnsureAsync(new ZoneRequest("example.com"), owner, default)),
        };

    private static (long Id, bool Adopted) Told<T>(Creation<T> creation)
        where T : IHetznerObject
    {
        Ownership.Read(creation.Object.Labels).ShouldNotBeNull();
        return (creation.Object.Id, creation.Adopted);
    }
}
