namespace ControlPlane.Tests.Cli;

/// <summary>What is asked of the control plane when a customer is to move by a dump, and what is said before.</summary>
public sealed class MoveVerbTests
{
    private const string Operation = """{"operation": "01999999-0000-7000-8000-000000000001"}""";

    [Fact]
    public async Task A_plan_says_how_long_the_customer_is_away_and_how_to_ask_for_that()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(
            """
            {"from": "a", "to": "b", "makesMachine": false, "mode": "dump", "isRefused": false, "bytes": 1000000, "preparationSeconds": 0, "holdMilliseconds": 7400.5, "soakHours": 24,
             "priceNow": {"monthly": 6.09, "hourly": 0.0098, "currency": "EUR"}, "priceAfter": null, "backups": ["The old place is kept as it was."], "findings": []}
            """));
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync("tenants", "move", "acme", "--to", "b", "--plan", "--dump")).ShouldBe(0);

        api.Requests.Single().Line.ShouldBe("GET /v1/tenants/acme/move-plan?server=b&dump=true");
        terminal.Out.ShouldContain("by a dump, while the customer is away; ask for it with --dump");
        terminal.Out.ShouldMatch("away +about 8 s");
        terminal.Out.ShouldMatch("way back +none; the old place is kept for 24 h");
        terminal.Out.ShouldContain("6.09 EUR a month, without VAT, until the old place is dropped");
    }

    [Fact]
    public async Task Whoever_does_not_wait_is_told_how_long_it_takes()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(
            """{"operation": "01999999-0000-7000-8000-000000000001", "expectedSeconds": 96.4, "expectedHoldMilliseconds": 15}""", 202));
        var terminal = new Terminal(api.Address);

        await terminal.TypeAsync("tenants", "tier", "acme", "dedicated");

        terminal.Out.ShouldContain("Begun as operation 01999999-0000-7000-8000-000000000001, which takes about 2 min. Watch it with:");
    }

    [Theory]
    [InlineData("tenants move acme --to b", "POST /v1/tenants/acme/move", "\"dump\":false")]
    [InlineData("tenants move acme --to b --dump", "POST /v1/tenants/acme/move", "\"dump\":true")]
    [InlineData("tenants tier acme dedicated --dump", "POST /v1/tenants/acme/tier", "\"dump\":true")]
    public async Task It_is_done_only_when_it_is_asked_for(string line, string request, string asked)
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(Operation, 202));

        await new Terminal(api.Address).TypeAsync(line.Split(' '));

        api.Requests.Single().Line.ShouldBe(request);
        api.Requests.Single().Body.ShouldContain(asked);
    }
}
