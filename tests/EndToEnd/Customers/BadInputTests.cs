using EndToEnd.World;

namespace EndToEnd.Customers;

[Collection(CustomerWorld.Name)]
public sealed class BadInputTests(CustomerWorld world)
{
    private readonly LiveSystem system = world.System;

    /// <summary>A body, and the members that the answer must name, no more and no less.</summary>
    public static TheoryData<string, string[]> Bodies { get; } = new()
    {
        { """{ "slug": "", "plan": "free" }""", ["slug"] },
        { """{ "slug": "ab", "plan": "free" }""", ["slug"] },
        { """{ "slug": "Acme", "plan": "free" }""", ["slug"] },
        { """{ "slug": "1acme", "plan": "free" }""", ["slug"] },
        { """{ "slug": "-acme", "plan": "free" }""", ["slug"] },
        { """{ "slug": "acme-", "plan": "free" }""", ["slug"] },
        { """{ "slug": "ac--me", "plan": "free" }""", ["slug"] },
        { """{ "slug": "ac_me", "plan": "free" }""", ["slug"] },
        { """{ "slug": "ácme", "plan": "free" }""", ["slug"] },
        { """{ "slug": "acme\n", "plan": "free" }""", ["slug"] },
        { """{ "slug": "acme'; drop table tenants; --", "plan": "free" }""", ["slug"] },
        { """{ "slug": "a2345678901234567890123456789012345678901", "plan": "free" }""", ["slug"] },
        { """{ "slug": "admin", "plan": "free" }""", ["slug"] },
        { """{ "slug": "postgres", "plan": "free" }""", ["slug"] },
        { """{ "slug": 5, "plan": "free" }""", ["slug"] },
        { """{ "plan": "free" }""", ["slug"] },
        { """{ "slug": "bad-plan" }""", ["plan"] },
        { """{ "slug": "bad-plan", "plan": null }""", ["plan"] },
        { """{ "slug": "bad-plan", "plan": "gold" }""", ["plan"] },
        { """{ "slug": "bad-tier", "plan": "free", "tier": "golden" }""", ["tier"] },
        { """{ "slug": "bad-region", "plan": "free", "region": "mars" }""", ["region"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": "example.com" }""", ["domains"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": ["nodot"] }""", ["domains[0]"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": ["Shop.example.com"] }""", ["domains[0]"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": ["shop.example.com."] }""", ["domains[0]"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": ["shop.example.com:80"] }""", ["domains[0]"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": ["10.0.0.1"] }""", ["domains[0]"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": ["other.localhost"] }""", ["domains[0]"] },
        { """{ "slug": "bad-domain", "plan": "free", "domains": ["a.example.com", "b..example.com", "a.example.com"] }""", ["domains[1]", "domains[2]"] },
        { """{ "slug": "bad-member", "plan": "free", "colour": "red" }""", ["colour"] },
        { """{ "slug": "Bad", "plan": "gold", "region": "mars", "domains": ["nodot"] }""", ["domains[0]", "plan", "region", "slug"] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_wrong_request_is_told_every_fault_and_creates_nothing(string body, string[] faults)
    {
        var before = await ThereAsync();

        var answer = (await system.Api.PostAsync("/v1/tenants", body)).Expect(400);

        answer.Code.ShouldBe("invalid_request");
        answer.Body["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal).ShouldBe(faults);
        ((string?)answer.Body["remedy"]).ShouldNotBeNullOrEmpty();
        (await ThereAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("acme")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        var before = await ThereAsync();

        (await system.Api.PostAsync("/v1/tenants", body)).Expect(400);

        (await ThereAsync()).ShouldBe(before);
    }

    private Task<string> ThereAsync() => system.ScalarAsync<string>(
        "select format('%s tenants, %s domains, %s databases, %s operations', (select count(*) from tenants), (select count(*) from domains), (select count(*) from tenant_databases), (select count(*) from operations))");
}
