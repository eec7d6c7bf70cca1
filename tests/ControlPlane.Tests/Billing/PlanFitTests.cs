using ControlPlane.Access;
using ControlPlane.Tests.Cli;

namespace ControlPlane.Tests.Billing;

/// <summary>A smaller plan must have room for what the tenant has.</summary>
public sealed class PlanFitTests(BillingWorld billing) : IClassFixture<BillingWorld>
{
    [Fact]
    public async Task A_plan_that_is_too_small_is_refused_by_name_and_with_what_to_do()
    {
        var slug = await billing.NewTenantAsync("professional", megabytes: 1500);

        var byKey = await billing.Api.PostAsync($"/v1/tenants/{slug}/plan", new { plan = "starter" });
        var byEvent = await billing.TellAsync(new { id = BillingWorld.NewId(), type = "plan.changed", slug, plan = "starter" });

        foreach (var answer in new[] { byKey, byEvent })
        {
            (answer.Status, answer.Code).ShouldBe((409, "plan_too_small"), answer.Text);
            ((string)answer.Body["detail"]!).ShouldContain("its database takes 1500 MB of storage, and the plan has 1000");
            ((string)answer.Body["remedy"]!).ShouldStartWith("Choose professional or enterprise, or delete data");
            ((string)answer.Body["remedy"]!).ShouldContain($"ctl tenants plan {slug} starter --force");
            ((string)answer.Body["tooSmall"]![0]!["limit"]!).ShouldBe("storageMegabytes");
        }

        (await billing.PlanOfAsync(slug)).ShouldBe("professional");
    }

    [Theory]
    [InlineData("professional", 1000, "starter", "just fits")]
    [InlineData("professional", null, "free", "was not measured yet")]
    [InlineData("free", 1500, "starter", "has outgrown both, and this is the larger one")]
    [InlineData("starter", 1500, "starter", "stays where it is")]
    [InlineData("starter", 1500, "enterprise", "goes to one without a limit")]
    public async Task Who_fits_or_goes_up_is_let_through(string from, int? megabytes, string to, string because)
    {
        var slug = await billing.NewTenantAsync(from, megabytes);

        var answer = await billing.Api.PostAsync($"/v1/tenants/{slug}/plan", new { plan = to }, await billing.Api.KeyAsync(Role.Billing));

        answer.Status.ShouldBe(204, $"{because}: {answer.Text}");
        (await billing.PlanOfAsync(slug)).ShouldBe(to);
    }

    [Fact]
    public async Task From_an_unlimited_plan_every_limited_one_is_smaller()
    {
        var slug = await billing.NewTenantAsync("enterprise", megabytes: 10_001);

        (await billing.Api.PostAsync($"/v1/tenants/{slug}/plan", new { plan = "professional" })).Code.ShouldBe("plan_too_small");
    }

    [Fact]
    public async Task An_operator_may_force_it_and_billing_may_not()
    {
        var slug = await billing.NewTenantAsync("professional", megabytes: 1500);

        var byBilling = await billing.Api.PostAsync($"/v1/tenants/{slug}/plan", new { plan = "starter", force = true }, await billing.Api.KeyAsync(Role.Billing));
        (byBilling.Status, byBilling.Code).ShouldBe((403, "force_not_allowed"));
        (await billing.PlanOfAsync(slug)).ShouldBe("professional");

        var terminal = new Terminal(billing.Api.App.Urls.First(), await billing.Api.KeyAsync(Role.Operator));
        (await terminal.TypeAsync("tenants", "plan", slug, "starter")).ShouldBe(1);
        terminal.Error.ShouldContain("--force");
        (await terminal.TypeAsync("tenants", "plan", slug, "starter", "--force")).ShouldBe(0, terminal.Error);
        (await billing.PlanOfAsync(slug)).ShouldBe("starter");
    }
}
