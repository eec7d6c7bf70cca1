using System.Text.Json.Nodes;

namespace ControlPlane.Tests.Cli;

/// <summary>What a person reads before a tier is changed.</summary>
public sealed class MovePlanVerbTests
{
    private const string Plan =
        """
        {"from": "shared-1", "to": "a new cx33 in fsn1", "makesMachine": true, "mode": "replication", "isRefused": false, "bytes": 12000000, "preparationSeconds": 3.4,
         "holdMilliseconds": 17, "soakHours": 24, "priceNow": null, "priceAfter": {"monthly": 6.09, "hourly": 0.0098, "currency": "EUR"},
         "backups": ["The nightly dumps on shared-1 stay there for 7 days.", "From then on it is dumped every night."], "findings": []}
        """;

    [Fact]
    public async Task The_plan_of_a_tier_change_tells_prices_backups_and_what_is_made_first()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(Plan));
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync("tenants", "tier", "acme", "dedicated", "--plan")).ShouldBe(0);

        api.Requests.Single().Line.ShouldBe("GET /v1/tenants/acme/tier-plan?tier=dedicated");
        terminal.Out.ReplaceLineEndings("\n").ShouldContain(
            """
            from           shared-1
            to             a new cx33 in fsn1, which is made first
            how            by replication, while the customer works
            size           12 MB
            preparation    about 3 s
            requests wait  about 17 ms
            way back       open for 24 h
            price now      nothing of its own
            price after    6.09 EUR a month, without VAT
            backups        The nightly dumps on shared-1 stay there for 7 days.
                           From then on it is dumped every night.
            Nothing needs attention.
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task While_the_way_back_is_open_both_machines_are_paid_and_a_refusal_is_an_exit_code()
    {
        var refused = JsonNode.Parse(Plan)!;
        refused["isRefused"] = true;
        (refused["priceNow"], refused["priceAfter"]) = (refused["priceAfter"]!.DeepClone(), null);
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(refused.ToJsonString()));
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync("tenants", "move", "acme", "--to", "shared-2", "--plan")).ShouldBe(1);
        terminal.Out.ShouldContain("price now      6.09 EUR a month, without VAT, until the way back is closed");
        terminal.Out.ShouldContain("price after    nothing of its own");
        (await terminal.TypeAsync("tenants", "move", "acme", "--to", "shared-2", "--plan", "--json")).ShouldBe(1);
        JsonNode.Parse(terminal.Out)!["priceAfter"].ShouldBeNull();
    }
}
