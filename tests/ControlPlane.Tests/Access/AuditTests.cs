using System.Text.Json.Nodes;
using ControlPlane.Access;
using ControlPlane.Tests.Api;

namespace ControlPlane.Tests.Access;

public sealed class AuditTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_entry_tells_who_did_what_to_which_tenant_from_where_and_how_it_ended()
    {
        var key = await host.NewKeyAsync(Role.Operator, "the-auditor");
        await host.PostAsync("/probe/initech", new { title = "Audited", password = "canary-in-audit" }, key);
        await host.PostAsync("/probe/initech", new { title = "Audited", ends = Probe.End.Refused }, key);
        await host.PostAsync("/probe/initech", new { title = "Audited", ends = Probe.End.Broken }, key);
        var entries = await EntriesAsync("?tenant=initech");
        entries.Count.ShouldBe(2);
        var (refused, done) = (entries[0]!, entries[1]!);
        ((string)done["who"]!).ShouldBe("the-auditor");
        ((string)done["what"]!).ShouldBe("Probe");
        ((string)done["subject"]!).ShouldBe("tenants/initech");
        ((string)done["address"]!).ShouldBe("127.0.0.1");
        ((string)done["outcome"]!).ShouldBe("done");
        ((string)done["detail"]!["title"]!).ShouldBe("Audited");
        done["detail"]!.AsObject().ContainsKey("password").ShouldBeFalse();
        ((string)refused["outcome"]!).ShouldBe("refused");
        ((string)refused["detail"]!["problem"]!).ShouldBe("probe_refused");
    }

    [Fact]
    public async Task A_denied_attempt_is_written_down()
    {
        var key = await host.NewKeyAsync(Role.Viewer, "the-curious");
        (await host.PostAsync("/probe/initech", new { title = "x" }, key)).Status.ShouldBe(403);
        (await host.PostAsync("/v1/keys", new { name = "x", role = Role.Admin }, key)).Status.ShouldBe(403);
        var entries = await EntriesAsync("?who=the-curious&outcome=denied");
        entries.Select(e => (string)e!["what"]!).ShouldBe(["CreateKey", "Probe"]);
    }

    [Fact]
    public async Task If_the_audit_cannot_be_written_nothing_is_changed()
    {
        await host.PostAsync("/probe/acme", new { title = "Before" });
        await host.Database.ExecuteAsync("alter table audit_entries add constraint full_up check (seq < 0) not valid");
        try
        {
            (await host.PostAsync("/probe/acme", new { title = "After" })).Status.ShouldBe(500);
        }
        finally
        {
            await host.Database.ExecuteAsync("alter table audit_entries drop constraint full_up");
        }

        (await host.Database.ScalarAsync("select title from plans where name = 'free'")).ShouldBe("Before");
    }

    [Fact]
    public async Task Writers_at_the_same_time_make_one_unbroken_chain()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => host.PostAsync($"/probe/tenant-{i}", new { title = $"t{i}" })));
        answers.ShouldAllBe(a => a.Status == 201);
        (await host.GetAsync("/v1/audit/verify")).Body["whole"]!.GetValue<bool>().ShouldBeTrue();
        (await host.Database.ScalarAsync("select max(seq) = count(*) from audit_entries")).ShouldBe(true);
        (await host.Database.ScalarAsync("select bool_and(later) from (select at >= lag(at) over (order by seq) as later from audit_entries) a")).ShouldBe(true);
    }

    private async Task<JsonArray> EntriesAsync(string filter)
    {
        var answer = await host.GetAsync($"/v1/audit{filter}");
        answer.Status.ShouldBe(200, answer.Text);
        return answer.Body["items"]!.AsArray();
    }
}
