using System.Net;
using System.Net.Sockets;
using HetznerSimulator;
using Provisioner.Dns;
using Provisioner.Dns.Lookup;
using Provisioner.Hetzner.Zones;
using Provisioner.Tests.Hetzner;

namespace Provisioner.Tests.Dns;

/// <summary>Against the simulated cloud's name server, and against servers that misbehave.</summary>
public sealed class NameResolverTests : IAsyncLifetime
{
    private CloudWorld cloud = null!;

    private NameResolver Resolver => new([cloud.Cloud.Dns!]);

    public async Task InitializeAsync()
    {
        cloud = await CloudWorld.StartAsync(new SimulatorOptions { DnsPort = 0 });
        await cloud.Client.Zones.EnsureAsync(new ZoneRequest("example.com"), CloudWorld.Owner, default);
        await cloud.Client.Zones.EnsureAsync(new ZoneRequest("globex.test"), CloudWorld.Owner, default);
    }

    public async Task DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task A_name_is_followed_over_its_aliases_to_all_of_its_addresses()
    {
        await SetAsync("example.com", "big", RecordType.A, "192.0.2.1", "192.0.2.2");
        await SetAsync("example.com", "big", RecordType.AAAA, "2001:db8::1");
        await SetAsync("globex.test", "crm", RecordType.CNAME, "big.example.com.");

        var answer = await Resolver.ResolveAsync("crm.globex.test", default);

        answer.Aliases.ShouldBe(["big.example.com"]);
        answer.Addresses.Select(a => $"{a}").ShouldBe(["192.0.2.1", "192.0.2.2", "2001:db8::1"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_nobody_knows_leads_nowhere()
    {
        await SetAsync("globex.test", "lost", RecordType.CNAME, "gone.example.com.");

        (await Resolver.ResolveAsync("nobody.example.com", default)).Addresses.ShouldBeEmpty();
        var lost = await Resolver.ResolveAsync("lost.globex.test", default);
        (lost.Aliases.ShouldHaveSingleItem(), lost.Addresses.Count).ShouldBe(("gone.example.com", 0));
    }

    [Fact]
    public async Task Aliases_in_a_circle_come_to_an_end()
    {
        await SetAsync("globex.test", "a", RecordType.CNAME, "b.globex.test.");
        await SetAsync("globex.test", "b", RecordType.CNAME, "a.globex.test.");

        (await Resolver.ResolveAsync("a.globex.test", default)).Addresses.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_refuses_is_passed_over_and_without_another_it_is_an_error_that_may_pass()
    {
        var error = await Should.ThrowAsync<NameLookupException>(() => Resolver.ResolveAsync("www.elsewhere.test", default));
        (error.IsTransient, error.Code).ShouldBe((true, "dns_unanswered"));
        error.Message.ShouldContain("'Refused'");
        error.Message.ShouldContain("Dns__Resolver");

        await SetAsync("example.com", "big", RecordType.A, "192.0.2.1");
        await using var broken = new RawServer((question, _) => question[..2]);
        (await new NameResolver([broken.Address, cloud.Cloud.Dns!]).ResolveAsync("big.example.com", default)).Addresses.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_answer_to_another_question_is_not_believed_and_a_cut_one_is_asked_for_again_over_tcp()
    {
        await using var server = new RawServer((question, overTcp) => overTcp ? Found(question, 7) : [.. question[..2], 0x83, 0x80, .. question[4..]]);
        (await new NameResolver([server.Address]).ResolveAsync("big.example.com", default)).Addresses.ShouldContain(IPAddress.Parse("192.0.2.7"));

        await using var guessing = new RawServer((question, _) => [(byte)~question[0], .. Found(question, 66)[1..]], (question, _) => Found(question, 7));
        (await new NameResolver([guessing.Address]).ResolveAsync("big.example.com", default)).Addresses.Distinct().ShouldHaveSingleItem().ShouldBe(IPAddress.Parse("192.0.2.7"));
    }

    [Fact]
    public async Task A_broken_answer_is_an_error_and_not_an_endless_loop()
    {
        // A name that is a pointer to itself.
        await using var server = new RawServer((question, _) => [.. question[..2], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. question[12..], 0xC0, (byte)question.Length, 0, 1]);

        (await Should.ThrowAsync<NameLookupException>(() => new NameResolver([server.Address]).ResolveAsync("big.example.com", default))).Message.ShouldContain("circle");
    }

    /// <summary>One address for whatever was asked.</summary>
    private static byte[] Found(byte[] question, byte last) =>
        [.. question[..2], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. question[12..], 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, last];

    private Task SetAsync(string zone, string name, RecordType type, params string[] values) =>
        new HetznerDns(cloud.Client).EnsureAsync(new RecordSet(new RecordName(zone, name, type), values), CloudWorld.Owner, default);

    /// <summary>Answers as it is told, over UDP and TCP, each question with all of its answers.</summary>
    private sealed class RawServer : IAsyncDisposable
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly UdpClient udp;
        private readonly TcpListener tcp;
        private readonly Func<byte[], bool, byte[]>[] answers;
        private readonly Task serving;

        public RawServer(params Func<byte[], bool, byte[]>[] answers)
        {
            this.answers = answers;
            tcp = new TcpListener(IPAddress.Loopback, 0);
            tcp.Start();
            Address = (IPEndPoint)tcp.LocalEndpoint;
            udp = new UdpClient(Address);
            serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
        }

        public IPEndPoint Address { get; }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(serving);
            udp.Dispose();
            tcp.Dispose();
            stopping.Dispose();
        }

        private async Task ServeUdpAsync()
        {
            while (true)
            {
                var asked = await udp.ReceiveAsync(stopping.Token);
                foreach (var answer in answers)
                {
                    await udp.SendAsync(answer(asked.Buffer, false), asked.RemoteEndPoint, stopping.Token);
                }
            }
        }

        private async Task ServeTcpAsync()
        {
            while (true)
            {
                using var client = await tcp.AcceptTcpClientAsync(stopping.Token);
                await using var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, stopping.Token);
                var question = new byte[length[1]];
                await stream.ReadExactlyAsync(question, stopping.Token);
                var answer = answers[0](question, true);
                await stream.WriteAsync((byte[])[0, (byte)answer.Length, .. answer], stopping.Token);
            }
        }
    }
}
