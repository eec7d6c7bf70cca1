using System.Net;
using System.Text.Json.Nodes;
using Provisioner.Dns;
using Provisioner.Dns.Cloudflare;
using Provisioner.Tests.Http;

namespace Provisioner.Tests.Dns;

/// <summary>Cloudflare keeps the promises, by what its documentation says.</summary>
public sealed class CloudflareDnsTests : DnsContract
{
    private static readonly RecordSet App = new(new RecordName(Zone, "app", RecordType.A), ["192.0.2.1"]);

    [Fact]
    public async Task A_record_is_changed_in_place_so_that_the_name_never_goes_unanswered()
    {
        await using var world = new AtCloudflare();
        await world.Dns.EnsureAsync(App, Owner, default);
        world.Server.Asked.Clear();

        await world.Dns.EnsureAsync(new RecordSet(App.Name, ["192.0.2.9"]), Owner, default);

        world.Server.Asked.ConvertAll(a => a.Split(' ')[0]).ShouldBe(["GET", "PATCH"]);
    }

    [Fact]
    public async Task Every_record_of_a_set_gets_the_time_to_live()
    {
        await using var world = new AtCloudflare();
        await world.Dns.EnsureAsync(new RecordSet(App.Name, ["192.0.2.1", "192.0.2.2"]), Owner, default);

        await world.Dns.EnsureAsync(new RecordSet(App.Name, ["192.0.2.2", "192.0.2.3"], TimeSpan.FromHours(1)), Owner, default);

        world.Server.Records.ConvertAll(r => r["ttl"]!.GetValue<int>()).ShouldBe([3600, 3600]);
    }

    [Fact]
    public async Task Records_are_not_proxied_and_carry_their_owner()
    {
        await using var world = new AtCloudflare();

        await world.Dns.EnsureAsync(App, Owner, default);

        var record = world.Server.Records.ShouldHaveSingleItem();
        record["proxied"]!.GetValue<bool>().ShouldBeFalse();
        record["comment"]!.GetValue<string>().ShouldBe(Owner.Comment);
        record["name"]!.GetValue<string>().ShouldBe("app.example.com");
    }

    [Theory]
    [InlineData(81057)]
    [InlineData(81058)]
    public async Task A_record_that_appeared_meanwhile_is_looked_at_again(int code)
    {
        await using var world = new AtCloudflare();
        world.Server.Faults.Enqueue(null);
        world.Server.Faults.Enqueue(null);
        world.Server.Faults.Enqueue(() => FakeCloudflare.Refusal(HttpStatusCode.BadRequest, code, "The record already exists."));

        await world.Dns.EnsureAsync(App, Owner, default);

        world.Server.Asked.Count(a => a.StartsWith("POST", StringComparison.Ordinal)).ShouldBe(1);
        world.Server.Records.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_record_that_keeps_being_there_and_not_to_be_seen_is_an_error_in_the_end()
    {
        await using var world = new AtCloudflare();
        await world.Dns.EnsureAsync(App, Owner, default);
        world.Server.Blind = true;

        (await Should.ThrowAsync<CloudflareException>(() => world.Dns.EnsureAsync(App, Owner, default))).Code.ShouldBe(CloudflareErrors.IdenticalRecordExists);
    }

    [Fact]
    public async Task An_alias_beside_an_address_is_refused_with_what_to_do()
    {
        await using var world = new AtCloudflare();
        await world.Dns.EnsureAsync(App, Owner, default);

        var failure = await Should.ThrowAsync<CloudflareException>(() => world.Dns.EnsureAsync(new RecordSet(new RecordName(Zone, "app", RecordType.CNAME), ["other.example.com"]), Owner, default));

        (failure.Code, failure.IsTransient).ShouldBe((CloudflareErrors.AddressExists, false));
        failure.Message.ShouldContain("Remove the other one");
    }

    [Fact]
    public async Task Why_a_record_is_invalid_is_said()
    {
        await using var world = new AtCloudflare();
        world.Server.Faults.Enqueue(null);
        world.Server.Faults.Enqueue(null);
        world.Server.Faults.Enqueue(() => FakeCloudflare.Refusal(HttpStatusCode.BadRequest, 1004, "DNS Validation Error", """[{"code":9005,"message":"Content for A record must be a valid IPv4 address."}]"""));

        (await Should.ThrowAsync<CloudflareException>(() => world.Dns.EnsureAsync(App, Owner, default))).Message.ShouldContain("must be a valid IPv4 address");
    }

    [Fact]
    public async Task A_wrong_token_is_said_at_once_and_never_shown()
    {
        await using var world = new AtCloudflare("another-canary");

        var failure = await Should.ThrowAsync<CloudflareException>(() => world.Dns.EnsureAsync(App, Owner, default));

        failure.Code.ShouldBe(CloudflareErrors.Authentication);
        failure.Message.ShouldContain("Cloudflare__Token");
        failure.ToString().ShouldNotContain("another-canary");
        world.Server.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Passing_failures_are_tried_again_and_a_wish_to_be_left_alone_is_honoured()
    {
        await using var world = new AtCloudflare();
        world.Server.Faults.Enqueue(() => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("<html>") });
        world.Server.Faults.Enqueue(() =>
        {
            var busy = FakeCloudflare.Refusal(HttpStatusCode.TooManyRequests, 10429, "Rate limited. Please wait and consider throttling your request speed");
            busy.Headers.Add("Retry-After", "120");
            return busy;
        });

        await world.Dns.EnsureAsync(App, Owner, default);

        world.Clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(119));
        world.Server.Records.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Calls_slow_down_before_the_limit_is_reached()
    {
        await using var world = new AtCloudflare();
        world.Server.Budget = 34;

        for (var i = 0; i < 3; i++)
        {
            await world.Dns.ListAsync(Zone, "test", default).ToListAsync();
        }

        // The window ends 30 s after each answer.
        world.Clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(89));
    }

    private protected override Task<DnsWorld> StartAsync() => Task.FromResult<DnsWorld>(new AtCloudflare());

    private sealed class AtCloudflare : DnsWorld
    {
        private readonly CloudflareDns dns;

        public AtCloudflare(string token = FakeCloudflare.Token) => dns = new CloudflareDns(new CloudflareOptions { Token = token }, new Wire(Clock, Server), Clock);

        public VirtualClock Clock { get; } = new();

        public FakeCloudflare Server { get; } = new();

        public override IDnsProvider Dns => dns;

        public override Task AddByHandAsync(string name, string address)
        {
            Server.Records.Add(new JsonObject { ["id"] = "by-hand", ["name"] = $"{name}.{Zone}", ["type"] = "A", ["content"] = address, ["ttl"] = 1, ["proxied"] = true, ["comment"] = null });
            return Task.CompletedTask;
        }

        public override void LoseNextCreation()
        {
            // The zone is asked for, then the records, then the first is made.
            Server.Faults.Enqueue(null);
            Server.Faults.Enqueue(null);
            Server.Faults.Enqueue(() => throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke"));
        }

        public override async ValueTask DisposeAsync()
        {
            dns.Dispose();
            await Clock.DisposeAsync();
        }
    }
}
