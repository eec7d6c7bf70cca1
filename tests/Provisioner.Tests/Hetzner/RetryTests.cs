using System.Net;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Networks;
using Provisioner.Http;
using Provisioner.Tests.Http;

namespace Provisioner.Tests.Hetzner;

/// <summary>What is tried again, how often, and how long after.</summary>
public sealed class RetryTests
{
    private const string Location = """{"location":{"id":1,"name":"fsn1","description":"x","country":"DE","city":"Falkenstein","network_zone":"eu-central"}}""";

    private static readonly Ownership Owner = new("test", Guid.CreateVersion7());

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "conflict")]
    [InlineData(HttpStatusCode.TooManyRequests, "rate_limit_exceeded")]
    [InlineData(HttpStatusCode.BadGateway, "bad_gateway")]
    [InlineData(HttpStatusCode.GatewayTimeout, "timeout")]
    [InlineData(HttpStatusCode.InternalServerError, "server_error")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "unavailable")]
    public async Task A_passing_failure_is_tried_five_times_also_with_POST(HttpStatusCode status, string code)
    {
        await using var world = new Scripted(new Script(() => Script.Refusal(status, code)));

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Servers.RebootAsync(1, default));

        (failure.Code, failure.IsTransient).ShouldBe((code, true));
        world.Script.All.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(HttpStatusCode.Locked, "locked")]
    [InlineData(HttpStatusCode.Conflict, "uniqueness_error")]
    [InlineData(HttpStatusCode.PreconditionFailed, "resource_unavailable")]
    [InlineData(HttpStatusCode.Forbidden, "resource_limit_exceeded")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "invalid_input")]
    [InlineData(HttpStatusCode.Locked, "protected")]
    [InlineData(HttpStatusCode.Unauthorized, "unauthorized")]
    [InlineData(HttpStatusCode.Forbidden, "forbidden")]
    [InlineData(HttpStatusCode.NotFound, "not_found")]
    public async Task A_lasting_failure_is_said_at_once(HttpStatusCode status, string code)
    {
        await using var world = new Scripted(new Script(() => Script.Refusal(status, code)));

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Servers.RebootAsync(1, default));

        (failure.Code, failure.IsTransient, failure.MayHaveHappened).ShouldBe((code, false, false));
        world.Script.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_that_passes_is_not_noticed()
    {
        await using var world = new Scripted(new Script(
            () => throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke"),
            () => Script.Json(Location[..40]),
            () => Script.Json("""{"location":{"id":1}}"""),
            () => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("<html>bad gateway</html>") },
            () => Script.Json(Location)));

        (await world.Client.Locations.GetAsync(1, default)).City.ShouldBe("Falkenstein");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 8)]
    [InlineData(7, 60)]
    [InlineData(50, 60)]
    public void Pauses_double_from_a_second_to_sixty_and_are_fully_jittered(int attempt, double longest)
    {
        var pauses = Enumerable.Range(0, 1000).Select(_ => Backoff.Pause(attempt, retryAfter: null)!.Value.TotalSeconds).ToList();

        pauses.Max().ShouldBeInRange(longest * 0.9, longest);
        pauses.Min().ShouldBeLessThan(longest * 0.1);
    }

    [Fact]
    public async Task Retry_After_is_honoured()
    {
        await using var world = new Scripted(new Script(
            () =>
            {
                var busy = Script.Refusal(HttpStatusCode.TooManyRequests, "rate_limit_exceeded");
                busy.Headers.Add("Retry-After", "90");
                return busy;
            },
            () => Script.Json(Location)));

        await world.Client.Locations.GetAsync(1, default);

        world.Clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(89));
    }

    [Fact]
    public async Task Who_shall_wait_for_an_hour_is_told_so_instead()
    {
        await using var world = new Scripted(new Script(() =>
        {
            var busy = Script.Refusal(HttpStatusCode.TooManyRequests, "rate_limit_exceeded");
            busy.Headers.Add("Retry-After", "3600");
            return busy;
        }));

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Locations.GetAsync(1, default));

        (failure.IsTransient, failure.RetryAfter).ShouldBe((true, TimeSpan.FromHours(1)));
        world.Script.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Silence_is_a_passing_failure_whose_effect_nobody_knows()
    {
        await using var clock = new VirtualClock();
        await using var client = new HetznerClient(Scripted.Options with { Attempts = 2 }, new Wire(clock, new Silent(), () => int.MaxValue), clock);

        var failure = await Should.ThrowAsync<HetznerException>(() => client.Servers.RebootAsync(1, default));

        (failure.Code, failure.IsTransient, failure.MayHaveHappened).ShouldBe((HetznerErrors.NoAnswer, true, true));
        failure.Message.ShouldContain("gave no answer within 30 s");
    }

    [Fact]
    public async Task A_server_that_is_not_there_cannot_have_done_anything()
    {
        await using var world = new Scripted(new Script(() => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused")), Scripted.Options with { Attempts = 1 });

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Servers.RebootAsync(1, default));

        (failure.IsTransient, failure.MayHaveHappened).ShouldBe((true, false));
        failure.Message.ShouldContain("127.0.0.1:1");
    }

    [Fact]
    public async Task What_would_be_made_twice_is_looked_for_before_it_is_tried_again()
    {
        var made = false;
        await using var world = new Scripted(new Script(asked =>
        {
            if (asked.Method == "POST")
            {
                made = true;
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke");
            }

            var labels = string.Join(',', Owner.Labels.Select(l => $"\"{l.Key}\":\"{l.Value}\""));
            var network = $$$"""{"id":7,"name":"private","ip_range":"10.0.0.0/16","subnets":[],"servers":[],"protection":{"delete":false},"labels":{{{{labels}}}}}""";
            return Script.Json($$$$"""{"networks":[{{{{(made ? network : "")}}}}],"meta":{"pagination":{"next_page":null}}}""");
        }));

        var network = await world.Client.Networks.EnsureAsync(new NetworkRequest("private", "10.0.0.0/16", []), Owner, default);

        (network.Object.Id, network.Adopted).ShouldBe((7, true));
        world.Script.All.Count(a => a.Method == "POST").ShouldBe(1);
    }

    [Fact]
    public async Task A_pause_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await using var world = new Scripted(new Script(asked =>
        {
            cancelled.Cancel();
            return Script.Refusal(HttpStatusCode.Conflict, "conflict");
        }));

        await Should.ThrowAsync<OperationCanceledException>(() => world.Client.Locations.GetAsync(1, cancelled.Token));
        world.Script.All.Count.ShouldBe(1);
    }

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new HttpResponseMessage();
        }
    }
}
