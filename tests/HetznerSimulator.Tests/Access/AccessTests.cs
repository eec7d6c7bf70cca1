using System.Net.Http.Json;
using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Access;

public sealed class AccessTests : CloudTest
{
    protected override SimulatorOptions Options => base.Options with { RateLimit = 5 };

    [Theory]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData("simulated-token2")]
    public async Task A_wrong_token_is_unauthorized(string token)
    {
        using var client = Client(token);

        var response = await client.GetAsync(new Uri($"{Cloud.Address}/servers"));

        ((int)response.StatusCode).ShouldBe(401);
        (await response.Content.ReadAsStringAsync()).ShouldContain("unauthorized");
    }

    [Fact]
    public async Task A_read_only_token_reads_and_changes_nothing()
    {
        using var client = Client(Cloud.ReadOnlyToken);

        ((int)(await client.GetAsync(new Uri($"{Cloud.Address}/servers"))).StatusCode).ShouldBe(200);
        var refused = await client.PostAsJsonAsync(new Uri($"{Cloud.Address}/placement_groups"), new { name = "g", type = "spread" });

        ((int)refused.StatusCode).ShouldBe(401);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("token_readonly");
        Cloud.Read(c => c.PlacementGroups.Count).ShouldBe(0);
    }

    [Fact]
    public async Task The_budget_is_shown_used_up_and_comes_back_one_a_second()
    {
        for (var left = 4; left >= 0; left--)
        {
            Header((await GetAsync("/servers")).With(200), "RateLimit-Remaining").ShouldBe(left);
        }

        var refused = (await GetAsync("/servers")).With(429);
        refused.ErrorCode.ShouldBe("rate_limit_exceeded");
        (Header(refused, "RateLimit-Limit"), Header(refused, "RateLimit-Remaining")).ShouldBe((5, 0));
        DateTimeOffset.FromUnixTimeSeconds(Header(refused, "RateLimit-Reset")).ShouldBe(Time.GetUtcNow().AddSeconds(5));
        Time.Pass(TimeSpan.FromSeconds(2));
        (await GetAsync("/servers")).With(200);
        (await GetAsync("/servers")).With(200);
        (await GetAsync("/servers")).With(429);
    }

    private static long Header(Reply reply, string name) => long.Parse(reply.Http.Headers.GetValues(name).Single());
}
