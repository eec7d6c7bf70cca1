using ControlPlane.Access;
using ControlPlane.Billing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Billing;

/// <summary>What becomes of an event that is signed well.</summary>
public sealed class BillingWebhookTests(BillingWorld billing) : IClassFixture<BillingWorld>
{
    [Fact]
    public async Task A_changed_plan_is_the_tenants_plan_and_the_audit_trail_says_who_did_it()
    {
        var slug = await billing.NewTenantAsync();
        var id = BillingWorld.NewId();

        var answer = await billing.TellAsync(new { id, type = "plan.changed", slug, plan = "professional" });

        answer.Status.ShouldBe(200, answer.Text);
        ((string)answer.Body["event"]!).ShouldBe(id);
        ((string)answer.Body["outcome"]!).ShouldBe("done");
        (await billing.PlanOfAsync(slug)).ShouldBe("professional");
        var entries = await billing.AuditAsync($"tenant={slug}");
        entries.Select(e => (string)e["what"]!).ShouldBe(["ReceiveBillingEvent", "ChangePlan"]);
        entries.ShouldAllBe(e => (string)e["who"]! == "billing webhook" && (string)e["outcome"]! == "done" && (string)e["address"]! == "127.0.0.1");
        ((string)entries[0]["subject"]!).ShouldBe($"billing/events/{id}");
        ((string)entries[0]["detail"]!["plan"]!).ShouldBe("professional");
    }

    [Fact]
    public async Task A_tenant_is_suspended_and_resumed()
    {
        var slug = await billing.NewTenantAsync();

        (await billing.TellAsync(new { id = BillingWorld.NewId(), type = "tenant.suspended", slug, because = "invoice 7" })).Status.ShouldBe(200);
        var shown = (await billing.Api.GetAsync($"/v1/tenants/{slug}")).Body["tenant"]!;
        ((string)shown["state"]!).ShouldBe("suspended");
        ((string)shown["suspendedBecause"]!).ShouldBe("invoice 7");

        (await billing.TellAsync(new { id = BillingWorld.NewId(), type = "tenant.resumed", slug })).Status.ShouldBe(200);
        (await billing.StateOfAsync(slug)).ShouldBe("active");
    }

    [Fact]
    public async Task An_event_that_comes_again_gets_the_first_answer_and_is_obeyed_once()
    {
        var slug = await billing.NewTenantAsync();
        var body = BillingWorld.TextOf(new { id = BillingWorld.NewId(), type = "plan.changed", slug, plan = "professional" });
        var signature = BillingWorld.Sign(body);
        var first = await billing.SendAsync(body, signature);
        await billing.Api.PostAsync($"/v1/tenants/{slug}/plan", new { plan = "enterprise" });

        var replayed = await billing.SendAsync(body, signature);
        var signedAgain = await billing.SendAsync(body, BillingWorld.Sign(body, at: BillingWorld.Now - 7));

        first.Status.ShouldBe(200, first.Text);
        (replayed.Status, replayed.Text).ShouldBe((first.Status, first.Text));
        (signedAgain.Status, signedAgain.Text).ShouldBe((first.Status, first.Text));
        (await billing.PlanOfAsync(slug)).ShouldBe("enterprise");
        (await billing.AuditAsync($"tenant={slug}&what=ReceiveBillingEvent")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_event_that_comes_many_times_at_once_is_obeyed_once()
    {
        var slug = await billing.NewTenantAsync();
        var happened = new { id = BillingWorld.NewId(), type = "plan.changed", slug, plan = "professional" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => billing.TellAsync(happened)));

        answers.ShouldAllBe(a => a.Status == 200);
        answers.Select(a => a.Text).Distinct().ShouldHaveSingleItem();
        (await billing.AuditAsync($"tenant={slug}&what=ChangePlan")).Count.ShouldBe(1);
        (await billing.AuditAsync($"tenant={slug}&what=ReceiveBillingEvent")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_event_under_the_same_id_is_refused_and_nothing_is_done()
    {
        var slug = await billing.NewTenantAsync();
        var id = BillingWorld.NewId();
        await billing.TellAsync(new { id, type = "plan.changed", slug, plan = "professional" });

        var answer = await billing.TellAsync(new { id, type = "plan.changed", slug, plan = "enterprise" });

        (answer.Status, answer.Code).ShouldBe((422, "event_id_reused"));
        (await billing.PlanOfAsync(slug)).ShouldBe("professional");
        var entry = (await billing.AuditAsync($"tenant={slug}&outcome=refused")).ShouldHaveSingleItem();
        ((string)entry["detail"]!["problem"]!).ShouldBe("event_id_reused");
        ((string)entry["who"]!).ShouldBe("billing webhook");
    }

    [Fact]
    public async Task Two_events_under_one_id_at_the_same_moment_leave_one_obeyed_and_one_refused()
    {
        var slug = await billing.NewTenantAsync();
        var id = BillingWorld.NewId();

        var answers = await Task.WhenAll(new[] { "professional", "enterprise" }.Select(plan => billing.TellAsync(new { id, type = "plan.changed", slug, plan })));

        answers.Select(a => a.Status).ShouldBe([200, 422], ignoreOrder: true);
        (await billing.AuditAsync($"tenant={slug}&what=ChangePlan")).Count.ShouldBe(1);
        (await billing.AuditAsync($"tenant={slug}&outcome=refused")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("plan.changed", "no-such-tenant", "professional", 404, "tenant_not_found")]
    [InlineData("plan.changed", null, "gold", 400, "invalid_request")]
    [InlineData("plan.changed", null, null, 400, "invalid_request")]
    [InlineData("tenant.resumed", "no-such-tenant", null, 404, "tenant_not_found")]
    public async Task What_cannot_be_done_is_refused_in_words_and_in_the_audit_trail(string type, string? slug, string? plan, int status, string code)
    {
        var own = await billing.NewTenantAsync();
        var before = (await billing.AuditAsync("what=ReceiveBillingEvent&outcome=refused")).Count;

        var answer = await billing.TellAsync(new { id = BillingWorld.NewId(), type, slug = slug ?? own, plan, tier = "dedicated" });

        (answer.Status, answer.Code).ShouldBe((status, code), answer.Text);
        var refused = await billing.AuditAsync("what=ReceiveBillingEvent&outcome=refused");
        refused.Count.ShouldBe(before + 1);
        ((string)refused[0]["detail"]!["problem"]!).ShouldBe(code);
        ((string)refused[0]["who"]!).ShouldBe("billing webhook");
        (await billing.PlanOfAsync(own)).ShouldBe("starter");
    }

    [Fact]
    public async Task A_change_of_tier_begins_its_operation_and_one_that_is_so_already_is_done()
    {
        var slug = await billing.NewTenantAsync();

        var same = await billing.TellAsync(new { id = BillingWorld.NewId(), type = "tier.changed", slug, tier = "shared" });
        var other = await billing.TellAsync(new { id = BillingWorld.NewId(), type = "tier.changed", slug, tier = "dedicated" });

        (same.Status, (string?)same.Body["outcome"]).ShouldBe((200, "done"), same.Text);
        (other.Status, (string?)other.Body["outcome"]).ShouldBe((202, "begun"), other.Text);
        other.Text.ShouldContain((string)other.Body["operation"]!);
        ((double)other.Body["expectedSeconds"]!).ShouldBeGreaterThan(100, "a machine is made first");
        ((double)other.Body["expectedHoldMilliseconds"]!).ShouldBeInRange(1, 100);
        ((double?)same.Body["expectedSeconds"]).ShouldBeNull();
    }

    [Fact]
    public async Task An_event_that_was_refused_may_come_again_once_its_reason_has_passed()
    {
        var slug = await billing.NewTenantAsync("professional", megabytes: 1500);
        var happened = new { id = BillingWorld.NewId(), type = "plan.changed", slug, plan = "starter" };
        (await billing.TellAsync(happened)).Code.ShouldBe("plan_too_small");
        await billing.Api.Database.ExecuteAsync($"update tenant_databases set bytes = 900000000 where tenant_id = (select id from tenants where slug = '{slug}')");

        (await billing.TellAsync(happened)).Status.ShouldBe(200);

        (await billing.PlanOfAsync(slug)).ShouldBe("starter");
    }

    [Fact]
    public async Task While_an_operation_is_at_work_on_the_tenant_an_event_is_refused_with_its_id_and_obeyed_later()
    {
        var slug = await billing.NewTenantAsync();
        var happened = new { id = BillingWorld.NewId(), type = "tenant.suspended", slug };
        var operation = Guid.CreateVersion7();
        await billing.Api.Database.ExecuteAsync($$"""
            insert into operations (id, workflow, subject_id, subject, state, undoable, deadline, input, requested_by)
            select '{{operation}}', 'TenantMove', id, slug, 'running', false, now(), '{}', 'test' from tenants where slug = '{{slug}}'
            """);

        var refused = await billing.TellAsync(happened);

        (refused.Status, refused.Code).ShouldBe((409, "operation_in_progress"));
        ((Guid)refused.Body["operation"]!).ShouldBe(operation);
        await billing.Api.Database.ExecuteAsync($"update operations set state = 'done', finished_at = now() where id = '{operation}'");
        (await billing.TellAsync(happened)).Status.ShouldBe(200);
        (await billing.StateOfAsync(slug)).ShouldBe("suspended");
    }

    [Theory]
    [InlineData("""{"id": "ID", "type": "invoice.paid"}""")]
    [InlineData("""{"id": "ID", "type": "invoice.paid", "plan": {"name": "x"}, "tier": 3, "slug": ["a"]}""")]
    public async Task An_event_of_another_type_is_ignored_and_that_is_said(string body)
    {
        var id = BillingWorld.NewId();
        body = body.Replace("ID", id, StringComparison.Ordinal);

        var answer = await billing.SendAsync(body, BillingWorld.Sign(body));

        answer.Status.ShouldBe(200, answer.Text);
        ((string)answer.Body["outcome"]!).ShouldBe("ignored");
        ((string)answer.Body["detail"]!).ShouldContain("'invoice.paid' means nothing here; known are plan.changed");
        (await billing.SendAsync(body, BillingWorld.Sign(body))).Text.ShouldBe(answer.Text);
        (await billing.AuditAsync("what=ReceiveBillingEvent&outcome=done")).Count(e => (string)e["subject"]! == $"billing/events/{id}").ShouldBe(1);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("{", "body")]
    [InlineData("[1]", "body")]
    [InlineData("""{"id": "evt_1", "id": "evt_2", "type": "plan.changed"}""", "body")]
    [InlineData("""{"type": "invoice.paid"}""", "id")]
    [InlineData("""{"id": "with a space", "type": "invoice.paid"}""", "id")]
    [InlineData("""{"id": "evt_1"}""", "type")]
    [InlineData("""{"id": "evt_1", "type": 5}""", "type")]
    [InlineData("""{"id": "evt_1", "type": "a\ud800b"}""", "type")]
    [InlineData("""{"id": "evt_1", "type": "plan.changed"}""", "slug")]
    [InlineData("""{"id": "evt_1", "type": "tier.changed", "slug": "acme", "tier": "huge"}""", "tier")]
    public async Task A_body_that_says_no_event_is_refused_by_the_name_of_what_is_wrong(string body, string field)
    {
        var answer = await billing.SendAsync(body, BillingWorld.Sign(body));

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"), answer.Text);
        answer.Body["errors"]![field].ShouldNotBeNull(answer.Text);
        var newest = (await billing.AuditAsync("who=billing%20webhook"))[0];
        ((string)newest["outcome"]!).ShouldBe("refused");
        ((string)newest["detail"]!["problem"]!).ShouldBe("invalid_request");
    }

    [Fact]
    public async Task Members_that_nobody_knows_are_left_alone()
    {
        var slug = await billing.NewTenantAsync();

        var answer = await billing.TellAsync(new { id = BillingWorld.NewId(), type = "plan.changed", slug, plan = "professional", force = true, invoice = new { total = 3 } });

        answer.Status.ShouldBe(200, answer.Text);
    }

    [Fact]
    public async Task An_event_is_forgotten_a_month_later_and_not_before()
    {
        var (fresh, old) = (BillingWorld.NewId(), BillingWorld.NewId());
        await billing.TellAsync(new { id = fresh, type = "invoice.paid" });
        await billing.TellAsync(new { id = old, type = "invoice.paid" });
        await billing.Api.Database.ExecuteAsync($"update billing_events set created_at = now() - interval '29 days' where id = '{fresh}'");
        await billing.Api.Database.ExecuteAsync($"update billing_events set created_at = now() - interval '31 days' where id = '{old}'");

        await ActivatorUtilities.CreateInstance<ForgetBillingEvents>(billing.Api.App.Services).RunAsync(CancellationToken.None);

        (await billing.Api.Database.ScalarAsync($"select count(*) from billing_events where id = '{fresh}'")).ShouldBe(1L);
        (await billing.Api.Database.ScalarAsync($"select count(*) from billing_events where id = '{old}'")).ShouldBe(0L);
    }

    [Fact]
    public async Task Whatever_is_answered_no_log_and_no_table_holds_a_secret_or_a_signature()
    {
        var slug = await billing.NewTenantAsync();
        var body = BillingWorld.TextOf(new { id = BillingWorld.NewId(), type = "plan.changed", slug, plan = "professional" });
        var signature = BillingWorld.Sign(body);
        string[] answers =
        [
            (await billing.SendAsync(body, signature)).Text,
            (await billing.SendAsync(body, BillingWorld.Sign(body, BillingWorld.OldSecret))).Text,
            (await billing.SendAsync(body + " ", signature)).Text,
            (await billing.SendAsync(body, signature[..^2])).Text,
        ];

        billing.Api.Log.Lines.Count.ShouldBeGreaterThan(100);
        foreach (var secret in new[] { "canary-billing", signature[^64..] })
        {
            answers.ShouldNotContain(a => a.Contains(secret, StringComparison.Ordinal));
            billing.Api.Log.Lines.ShouldNotContain(l => l.Contains(secret, StringComparison.Ordinal));
            foreach (var table in new[] { "audit_entries", "billing_events" })
            {
                (await billing.Api.Database.ScalarAsync($"select count(*) from {table} t where t::text like '%{secret}%'")).ShouldBe(0L, table);
            }
        }

        ((bool)(await billing.Api.GetAsync("/v1/audit/verify")).Body["whole"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task The_interface_describes_it_with_its_signature_its_answers_and_its_problems()
    {
        var endpoint = (await billing.Api.GetAsync("/openapi/v1.json")).Body["paths"]![BillingWorld.Path]!["post"]!;

        var parameter = endpoint["parameters"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)parameter["name"]!, (string)parameter["in"]!).ShouldBe(("Billing-Signature", "header"));
        endpoint["requestBody"]!["content"]!["application/json"].ShouldNotBeNull();
        endpoint["responses"]!.AsObject().Select(r => r.Key).ShouldBe(["200", "202", "default"], ignoreOrder: true);
        endpoint["security"].ShouldBeNull();
    }

    [Fact]
    public async Task An_api_key_is_no_signature()
    {
        var answer = await billing.Api.PostAsync(BillingWorld.Path, new { id = BillingWorld.NewId(), type = "invoice.paid" }, await billing.Api.KeyAsync(Role.Admin));

        (answer.Status, answer.Code).ShouldBe((401, "signature_wrong"));
    }
}
