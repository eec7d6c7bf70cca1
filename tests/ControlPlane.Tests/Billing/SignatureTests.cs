using System.Text;
using ControlPlane.Billing;
using ControlPlane.Problems;
using ControlPlane.Tests.Api;

namespace ControlPlane.Tests.Billing;

/// <summary>Who gets through to the webhook at all.</summary>
public sealed class SignatureTests(BillingWorld billing) : IClassFixture<BillingWorld>
{
    private readonly string body = BillingWorld.TextOf(new { id = BillingWorld.NewId(), type = "invoice.paid" });

    [Theory]
    [InlineData(BillingWorld.Secret)]
    [InlineData(BillingWorld.OldSecret)]
    public async Task While_secrets_change_the_old_one_and_the_new_one_count(string secret) =>
        (await billing.SendAsync(body, BillingWorld.Sign(body, secret))).Status.ShouldBe(200);

    [Fact]
    public async Task A_sender_may_sign_with_several_secrets_at_once()
    {
        var right = BillingWorld.Sign(body);
        var wrong = BillingWorld.Sign(body, "a secret that only the sender knows yet");

        (await billing.SendAsync(body, $"{wrong},v1={right[^64..]},v0=other")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(-200, 200, null)]
    [InlineData(200, 200, null)]
    [InlineData(-3600, 401, "signature_expired")]
    [InlineData(3600, 401, "signature_expired")]
    public async Task A_signature_that_is_old_or_of_the_future_is_refused(int seconds, int status, string? code)
    {
        var answer = await billing.SendAsync(body, BillingWorld.Sign(body, at: BillingWorld.Now + seconds));

        answer.Status.ShouldBe(status, answer.Text);
        answer.Body["code"]?.GetValue<string>().ShouldBe(code);
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void It_counts_for_five_minutes_to_either_side(int seconds, bool counts)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var signature = BillingWorld.Sign(body, at: now.ToUnixTimeSeconds() + seconds);

        var check = () => BillingSignature.Demand(signature, Encoding.UTF8.GetBytes(body), [Encoding.UTF8.GetBytes(BillingWorld.Secret)], now);

        if (counts)
        {
            check.ShouldNotThrow();
        }
        else
        {
            check.ShouldThrow<ProblemException>().Code.ShouldBe("signature_expired");
        }
    }

    [Fact]
    public async Task Whoever_is_refused_for_the_time_is_told_ours() =>
        (await billing.SendAsync(body, BillingWorld.Sign(body, at: BillingWorld.Now - 4000))).Body["now"]!.GetValue<long>().ShouldBeInRange(BillingWorld.Now - 60, BillingWorld.Now);

    [Fact]
    public async Task What_is_signed_wrongly_is_refused_changes_nothing_and_is_in_the_audit_trail()
    {
        var slug = await billing.NewTenantAsync();
        var wanted = BillingWorld.TextOf(new { id = BillingWorld.NewId(), type = "plan.changed", slug, plan = "enterprise" });
        var before = (await billing.AuditAsync("who=billing%20webhook&outcome=denied")).Count;
        string?[] wrong =
        [
            BillingWorld.Sign(wanted, "a secret that nobody here has ever heard of"),
            BillingWorld.Sign(wanted + " "),
            $"t={BillingWorld.Now - 1},{BillingWorld.Sign(wanted).Split(',')[1]}",
            BillingWorld.Sign(wanted)[..^2],
            BillingWorld.Sign(wanted) + ",t=1",
            $"t=-5,v1={BillingWorld.Sign(wanted)[^64..]}",
            $"t=9999999999999999999999,v1={BillingWorld.Sign(wanted)[^64..]}",
            $"v1={BillingWorld.Sign(wanted)[^64..]}",
            $"t={BillingWorld.Now}",
            $"t={BillingWorld.Now},v1=",
            "garbage",
            "",
            null,
        ];

        foreach (var signature in wrong)
        {
            var answer = await billing.SendAsync(wanted, signature);
            (answer.Status, answer.Code).ShouldBe((401, "signature_wrong"), signature);
        }

        (await billing.PlanOfAsync(slug)).ShouldBe("starter");
        var denied = await billing.AuditAsync("who=billing%20webhook&outcome=denied");
        denied.Count.ShouldBe(before + wrong.Length);
        denied.ShouldAllBe(e => (string)e["what"]! == "ReceiveBillingEvent" && (string)e["address"]! == "127.0.0.1");
        ((string)denied[0]["detail"]!["problem"]!).ShouldBe("signature_wrong");
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_looked_at()
    {
        var large = BillingWorld.TextOf(new { id = BillingWorld.NewId(), type = "invoice.paid", text = new string('x', 70_000) });

        var answer = await billing.SendAsync(large, BillingWorld.Sign(large));

        (answer.Status, answer.Code).ShouldBe((413, "too_large"));
        ((string)answer.Body["detail"]!).ShouldBe("The body is larger than 64 KiB.");
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_taken_and_the_setting_is_named()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await BillingWorld.SendAsync(host, body, BillingWorld.Sign(body, ""));

        (answer.Status, answer.Code).ShouldBe((503, "billing_not_configured"));
        ((string)answer.Body["remedy"]!).ShouldContain("Billing__Secrets");
        (await host.Database.ScalarAsync("select count(*) from billing_events")).ShouldBe(0L);
    }

    [Fact]
    public async Task Whoever_guesses_is_soon_not_noted_any_more_and_the_billing_system_gets_through_all_the_same()
    {
        await using var host = await ApiHost.StartAsync(("Billing:Secrets", BillingWorld.Secret), ("ControlPlane:Limits:FailedPerAddress", "3"));
        var guesses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            guesses.Add((await BillingWorld.SendAsync(host, body, BillingWorld.Sign(body, $"guess number {i}"))).Status);
        }

        guesses.ShouldBe([401, 401, 401, 429, 429]);
        (await host.Database.ScalarAsync("select count(*) from audit_entries where outcome = 'denied'")).ShouldBe(3L);
        (await BillingWorld.SendAsync(host, body, BillingWorld.Sign(body))).Status.ShouldBe(200);
    }
}
