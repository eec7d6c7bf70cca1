using EndToEnd.World;

namespace EndToEnd.Customers;

[Collection(CustomerWorld.Name)]
public sealed class TakenTests(CustomerWorld world)
{
    private readonly LiveSystem system = world.System;

    [Fact]
    public async Task A_taken_slug_or_domain_is_refused()
    {
        (await system.Api.PostAsync("/v1/tenants", new { slug = "taken-one", plan = "free", domains = new[] { "one.example.com" } })).Expect(202);

        (await system.Api.PostAsync("/v1/tenants", new { slug = "taken-one", plan = "free" })).Expect(409).Code.ShouldBe("tenant_taken");
        (await system.Api.PostAsync("/v1/tenants", new { slug = "taken-two", plan = "free", domains = new[] { "one.example.com" } })).Expect(409).Code.ShouldBe("domain_taken");

        (await system.Api.GetAsync("/v1/tenants/taken-two")).Expect(404);
        await system.UntilCleanAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Of_ten_who_ask_for_one_slug_at_the_same_moment_one_gets_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => system.Api.PostAsync("/v1/tenants", new { slug = "race", plan = "free" })));

        answers.Count(a => a.Status == 202).ShouldBe(1);
        answers.Where(a => a.Status != 202).ShouldAllBe(a => a.Status == 409 && a.Code == "tenant_taken");
        await system.UntilCleanAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_same_idempotency_key_gets_the_same_answer_and_nothing_is_done_twice()
    {
        var key = $"{Guid.CreateVersion7()}";
        var body = new { slug = "idempotent", plan = "free" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => system.Api.PostAsync("/v1/tenants", body, key)));

        answers.ShouldAllBe(a => a.Status == 202);
        answers.Select(a => a.Text).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        (await system.ScalarAsync<long>("select count(*) from operations where subject = 'idempotent'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_idempotency_key_with_another_body_or_from_another_caller_does_nothing()
    {
        var key = $"{Guid.CreateVersion7()}";
        var other = (await system.Api.PostAsync("/v1/keys", new { name = "somebody-else", role = "operator" })).Expect(201);
        (await system.Api.PostAsync("/v1/tenants", new { slug = "first-body", plan = "free" }, key)).Expect(202);

        (await system.Api.PostAsync("/v1/tenants", new { slug = "second-body", plan = "free" }, key)).Expect(422);
        (await system.Api.PostAsync("/v1/tenants", new { slug = "first-body", plan = "free" }, key, with: (string)other.Body["key"]!)).Expect(422);

        (await system.Api.GetAsync("/v1/tenants/second-body")).Expect(404);
        (await system.ScalarAsync<long>("select count(*) from operations where subject = 'first-body'")).ShouldBe(1);
    }
}
