using HetznerSimulator.Faults;
using Provisioner.Dns;
using Provisioner.Hetzner.Zones;
using Provisioner.Tests.Hetzner;

namespace Provisioner.Tests.Dns;

/// <summary>Hetzner keeps the promises, by what its document says and the simulator does.</summary>
public sealed class HetznerDnsTests : DnsContract
{
    [Fact]
    public async Task Texts_are_quoted_and_host_names_end_with_a_dot()
    {
        await using var world = await AtHetzner.StartAsync();

        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "t", RecordType.TXT), [new string('x', 300)]), Owner, default);
        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "c", RecordType.CNAME), ["app.example.com"]), Owner, default);

        (await world.Cloud.Client.RecordSets.FindAsync(Zone, "t", "TXT", default))!.Records.Single().Value.ShouldBe($"\"{new string('x', 255)}\" \"{new string('x', 45)}\"");
        (await world.Cloud.Client.RecordSets.FindAsync(Zone, "c", "CNAME", default))!.Records.Single().Value.ShouldBe("app.example.com.");
    }

    [Fact]
    public async Task A_new_record_set_costs_one_call_and_its_action()
    {
        await using var world = await AtHetzner.StartAsync();
        world.Cloud.Cloud.Calls.Clear();

        await world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "app", RecordType.A), ["192.0.2.1"]), Owner, default);

        world.Cloud.Cloud.Calls.All.Count.ShouldBe(2);
    }

    private protected override async Task<DnsWorld> StartAsync() => await AtHetzner.StartAsync();

    private sealed class AtHetzner(CloudWorld cloud) : DnsWorld
    {
        public CloudWorld Cloud { get; } = cloud;

        public override IDnsProvider Dns { get; } = new HetznerDns(cloud.Client);

        public static async Task<AtHetzner> StartAsync()
        {
            var cloud = await CloudWorld.StartAsync();
            await cloud.Client.Zones.EnsureAsync(new ZoneRequest(Zone), Other, default);
            return new AtHetzner(cloud);
        }

        public override Task AddByHandAsync(string name, string address) =>
            Cloud.Client.RecordSets.CreateAsync(Zone, new HetznerRecordSet(name, "A", null, [new HetznerRecord(address)], new Dictionary<string, string>(StringComparer.Ordinal)), default);

        public override void LoseNextCreation() => Cloud.Fail(FaultKind.TruncatedBody, "POST", "/zones/*/rrsets");

        public override ValueTask DisposeAsync() => Cloud.DisposeAsync();
    }
}
