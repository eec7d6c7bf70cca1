using System.Net.Sockets;
using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Dns;

/// <summary>The simulator's zones as a resolver sees them.</summary>
public sealed class NameServerTests : CloudTest
{
    private const int NoSuchName = 3;
    private const int Refused = 5;
    private const int Soa = 6;

    protected override SimulatorOptions Options => base.Options with { DnsPort = 0 };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (await PostAsync("/zones", new { name = "example.com", mode = "primary", ttl = 300 })).With(201);
        await AddAsync("app", "A", "198.18.0.1", "198.18.0.2");
        await AddAsync("app", "AAAA", "2001:db8::1");
        await AddAsync("*.app", "CNAME", "app");
        await AddAsync("www", "CNAME", "app.example.com.");
        await AddAsync("away", "CNAME", "elsewhere.org.");
        await AddAsync("round", "CNAME", "round");
        await AddAsync("a.deep.app", "A", "198.18.0.3");
        await AddAsync("*", "A", "198.18.0.9");
        await AddAsync("text", "TXT", "\"one \\\"quoted\\\"\" \"two \\195\\188\"");
    }

    [Theory]
    [InlineData("app.example.com", "A", "app.example.com 1 300 198.18.0.1", "app.example.com 1 300 198.18.0.2")]
    [InlineData("APP.Example.com", "AAAA", "app.example.com 28 300 2001:db8::1")]
    [InlineData("text.example.com", "TXT", "text.example.com 16 300 |one \"quoted\"|two ü")]
    [InlineData("www.example.com", "AAAA", "www.example.com 5 300 app.example.com", "app.example.com 28 300 2001:db8::1")]
    [InlineData("www.example.com", "CNAME", "www.example.com 5 300 app.example.com")]
    [InlineData("away.example.com", "A", "away.example.com 5 300 elsewhere.org")]
    [InlineData("acme.app.example.com", "AAAA", "acme.app.example.com 5 300 app.example.com", "app.example.com 28 300 2001:db8::1")]
    [InlineData("x.y.example.com", "A", "x.y.example.com 1 300 198.18.0.9")]
    [InlineData("a.deep.app.example.com", "A", "a.deep.app.example.com 1 300 198.18.0.3")]
    public async Task A_name_leads_where_its_records_say(string host, string type, params string[] answers)
    {
        var reply = await AskAsync(host, type);

        (reply.Status, reply.IsAuthority).ShouldBe((0, true));
        reply.Answers.ShouldBe(answers);
    }

    [Theory]
    [InlineData("app.example.com", "TXT", 0)]
    [InlineData("example.com", "A", 0)]
    [InlineData("deep.app.example.com", "A", 0)]
    [InlineData("b.deep.app.example.com", "A", NoSuchName)]
    [InlineData("_acme-challenge.text.example.com", "TXT", NoSuchName)]
    public async Task What_is_not_there_is_denied_by_the_zones_authority(string host, string type, int status)
    {
        var reply = await AskAsync(host, type);

        (reply.Status, reply.IsAuthority).ShouldBe((status, true));
        reply.Answers.ShouldBeEmpty();
        reply.AuthorityTypes.ShouldBe([Soa]);
    }

    [Fact]
    public async Task A_foreign_name_is_refused_and_an_alias_of_itself_ends()
    {
        var foreign = await AskAsync("elsewhere.org", "A");
        (foreign.Status, foreign.IsAuthority).ShouldBe((Refused, false));

        (await AskAsync("round.example.com", "A")).Answers.ShouldAllBe(a => a == "round.example.com 5 300 round.example.com");
    }

    [Fact]
    public async Task What_changes_is_seen_at_once()
    {
        (await PostAsync("/zones/example.com/rrsets/app/AAAA/actions/set_records", new { records = Values("2001:db8::2") })).With(201);
        (await AskAsync("app.example.com", "AAAA")).Answers.ShouldBe(["app.example.com 28 300 2001:db8::2"]);

        (await DeleteAsync("/zones/example.com/rrsets/app/AAAA")).With(201);
        (await AskAsync("app.example.com", "AAAA")).Answers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rubbish_is_left_without_an_answer_and_harms_nobody()
    {
        using var client = new UdpClient(AddressFamily.InterNetwork);
        foreach (var rubbish in new byte[][] { [], [1], new byte[12], [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 1], [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1] })
        {
            await client.SendAsync(rubbish, Cloud.Dns!);
        }

        (await AskAsync("app.example.com", "AAAA")).Answers.ShouldHaveSingleItem();
        client.Available.ShouldBe(0);
    }

    private Task<DnsReply> AskAsync(string host, string type) => DnsReply.AskAsync(Cloud.Dns!, host, type);

    private async Task AddAsync(string name, string type, params string[] values) =>
        (await PostAsync("/zones/example.com/rrsets", new { name, type, records = Values(values) })).With(201);

    private static object[] Values(params string[] values) => [.. values.Select(value => new { value })];
}
