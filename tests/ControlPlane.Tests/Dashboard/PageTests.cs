using System.Text.RegularExpressions;
using ControlPlane.Access;
using ControlPlane.Tests.Api;
using Support;

namespace ControlPlane.Tests.Dashboard;

/// <summary>What pages show, and what they let nobody do.</summary>
public sealed partial class PageTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private readonly Guid tenant = Guid.CreateVersion7();
    private readonly Browser browser = new(() => new Uri(host.App.Urls.First()));

    private string Slug => $"t{tenant:N}"[..30];

    public async Task InitializeAsync()
    {
        var (server, old, move) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.Database.ExecuteAsync($"""
            insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
            values ('{server}', 's-{server:N}', 'here', 'shared', 'active', 'localhost', 5432, '', 10, 10, 0);
            insert into tenants (id, slug, plan, tier, region, state, suspended_because) values ('{tenant}', '{Slug}', 'free', 'shared', 'here', 'suspended', '<script>alert(1)</script>');
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret, bytes)
            values ('{old}', '{server}', '{tenant}', 't_{old:N}', 'retained', '', null), ('{move}', '{server}', '{tenant}', 't_{move:N}', 'assigned', '', 12300000);
            update tenants set database_id = '{move}' where id = '{tenant}';
            insert into operations (id, workflow, subject_id, subject, state, undoable, deadline, input, requested_by, finished_at)
            values ('{Guid.CreateVersion7()}', 'TenantMove', '{tenant}', '{Slug}', 'done', true, now(), '{"{}"}', 'somebody', now());
            insert into moves (id, tenant_id, source_id, state, mode, blocked_milliseconds, verified_rows, soak_until)
            values ('{move}', '{tenant}', '{old}', 'soaking', 'replication', 12.3, 4711, '2030-01-02 03:04Z');
            """);
    }

    public Task DisposeAsync()
    {
        browser.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_customer_is_found_and_shown_with_its_latest_move()
    {
        await browser.SignInAsync(await host.KeyAsync(Role.Viewer));
        (await browser.GetAsync($"/?search={Slug[3..]}")).Html.ShouldContain($"href=\"/tenants/{Slug}\"");

        var page = await browser.GetAsync($"/tenants/{Slug}");

        page.Status.ShouldBe(200);
        page.Text.ShouldContain("size 12.3 MB");
        page.Text.ShouldContain("nobody could write for 12 ms");
        page.Text.ShouldContain("rows compared 4,711");
        page.Text.ShouldContain("it can go back until 2030-01-02 03:04:00 UTC");
    }

    [Fact]
    public async Task What_somebody_wrote_is_shown_as_it_is_and_never_obeyed()
    {
        await browser.SignInAsync(host.AdminKey);
        var page = await browser.GetAsync($"/tenants/{Slug}");
        page.Text.ShouldContain("suspended because <script>alert(1)</script>");
        page.Html.ShouldNotContain("<script>alert");
        (await browser.GetAsync("/?search=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")).Html.ShouldNotContain("<script>alert");
    }

    [Fact]
    public async Task Every_page_forbids_inline_scripts_and_has_none()
    {
        await browser.SignInAsync(host.AdminKey);
        foreach (var path in new[] { "/sign-in", "/", $"/tenants/{Slug}", "/operations", "/servers", $"/tenants/{Slug}/move?tier=dedicated" })
        {
            var page = await browser.GetAsync(path);
            var policy = page.Headers["Content-Security-Policy"];
            policy.ShouldContain("default-src 'none'");
            policy.ShouldContain("frame-ancestors 'none'");
            policy.ShouldNotContain("unsafe");
            page.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
            page.Headers["Cache-Control"].ShouldContain("no-store");
            page.Html.ShouldContain("</html>");
            Inline.Matches(page.Html).Select(m => m.Value).ShouldBeEmpty(path);
        }
    }

    [Fact]
    public async Task What_pages_are_drawn_with_is_there_and_may_be_kept()
    {
        var page = await browser.GetAsync("/sign-in");
        foreach (var address in Drawn.Matches(page.Html).Select(m => m.Groups["address"].Value).ToList())
        {
            var file = await browser.GetAsync(address);
            file.Status.ShouldBe(200);
            file.Headers["Cache-Control"].ShouldContain("immutable");
            file.Html.Length.ShouldBeGreaterThan(100);
        }

        Drawn.Count(page.Html).ShouldBe(2);
    }

    [Fact]
    public async Task A_form_counts_only_with_its_token()
    {
        await browser.SignInAsync(host.AdminKey);
        var form = (await browser.GetAsync($"/tenants/{Slug}")).Form("end")!;
        using var other = new Browser(() => new Uri(host.App.Urls.First()));
        await other.SignInAsync(await host.KeyAsync(Role.Operator));
        var others = (await other.GetAsync($"/tenants/{Slug}")).Form("end")!;

        var token = form.Keys.Single(k => k != "_handler");
        (await browser.PostAsync($"/tenants/{Slug}", new Dictionary<string, string> { ["_handler"] = "end" })).To.ShouldBe($"/tenants/{Slug}");
        (await browser.PostAsync($"/tenants/{Slug}", new Dictionary<string, string> { ["_handler"] = "end", [token] = others[token] })).To.ShouldBe($"/tenants/{Slug}");
        (await OperationsAsync()).ShouldBe(1);

        var begun = await browser.PostAsync($"/tenants/{Slug}", form);
        begun.To.ShouldNotBeNull().ShouldStartWith("/operations/");
        (await OperationsAsync()).ShouldBe(2);
        var page = await begun.FollowAsync();
        page.Text.ShouldContain($"Move completion of {Slug}");
        page.Text.ShouldContain("by first-admin");
        page.Html.ShouldContain("data-live");
        (await browser.PostAsync($"/tenants/{Slug}", form)).To.ShouldBe($"/tenants/{Slug}", "a customer that is being worked on offers no such form");
        (await OperationsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task An_operation_that_needs_somebody_says_why_and_is_tried_again_or_given_up_from_its_page()
    {
        var stuck = Guid.CreateVersion7();
        await host.Database.ExecuteAsync($"""
            insert into operations (id, workflow, subject_id, subject, state, undoable, deadline, input, requested_by, error)
            values ('{stuck}', 'TenantMove', '{Guid.CreateVersion7()}', 'stuck', 'needs_operator', true, now(), '{"{}"}', 'somebody', 'The disk is full.')
            """);
        await browser.SignInAsync(await host.KeyAsync(Role.Operator));
        var page = await browser.GetAsync($"/operations/{stuck}");
        page.Text.ShouldContain("Tenant move of stuck");
        page.Text.ShouldContain("The disk is full.");
        page.Html.ShouldNotContain("data-live");

        (await page.SubmitAsync("retry")).To.ShouldBe($"/operations/{stuck}");
        (await StateAsync()).ShouldBe("pending");
        await host.Database.ExecuteAsync($"update operations set state = 'needs_operator' where id = '{stuck}'");
        (await page.SubmitAsync("cancel")).To.ShouldBe($"/operations/{stuck}");
        (await StateAsync()).ShouldBe("cancelled");

        using var viewer = new Browser(() => new Uri(host.App.Urls.First()));
        await viewer.SignInAsync(await host.KeyAsync(Role.Viewer));
        var seen = await viewer.GetAsync($"/operations/{stuck}");
        seen.Form("retry").ShouldBeNull();
        seen.Form("cancel").ShouldBeNull();

        async Task<string> StateAsync() => (string)(await host.Database.ScalarAsync($"select state from operations where id = '{stuck}'"))!;
    }

    [Fact]
    public async Task Nobody_is_offered_what_the_role_does_not_allow_and_what_is_sent_all_the_same_is_refused()
    {
        await browser.SignInAsync(await host.KeyAsync(Role.Viewer));
        var page = await browser.GetAsync($"/tenants/{Slug}");
        page.Form("end").ShouldBeNull();
        page.Form("back").ShouldBeNull();
        page.Text.ShouldNotContain("Plan a");
        var plan = await browser.GetAsync($"/tenants/{Slug}/move?tier=dedicated");
        plan.Status.ShouldBe(403);
        plan.Text.ShouldContain("This API key's role does not allow that.");
        plan.Form("move").ShouldBeNull();
        (await host.Database.ScalarAsync("select count(*) from audit_entries where outcome = 'denied' and what = 'ShowTierPlan'")).ShouldNotBe(0L);
    }

    [Fact]
    public async Task What_is_refused_says_why_and_what_to_do()
    {
        await browser.SignInAsync(host.AdminKey);
        var plan = await browser.GetAsync($"/tenants/{Slug}/move?tier=dedicated");
        plan.Status.ShouldBe(409);
        plan.Text.ShouldContain("keeps its way back until 2030-01-02 03:04 UTC");
        plan.Text.ShouldContain($"ctl tenants move-back {Slug}");
        var nobody = await browser.GetAsync("/tenants/nobody");
        nobody.Status.ShouldBe(404);
        nobody.Text.ShouldContain("There is no tenant 'nobody'.");
    }

    [Theory]
    [InlineData("/?after=nonsense!", 400, "must be the 'next' of the page before")]
    [InlineData("/operations?live=what&after=nonsense!", 400, "must be the 'next' of the page before")]
    [InlineData("/tenants/nobody/move?tier=golden", 200, "There is no such tier.")]
    [InlineData("/tenants/nobody/move?tier=1", 200, "There is no such tier.")]
    [InlineData("/tenants/nobody/move?tier=dedicated&dump=what", 404, "There is no tenant 'nobody'.")]
    [InlineData("/operations/01990000-0000-7000-8000-000000000000", 404, "There is no operation")]
    public async Task An_address_that_makes_no_sense_is_answered_with_a_page(string path, int status, string says)
    {
        await browser.SignInAsync(host.AdminKey);
        var page = await browser.GetAsync(path);
        page.Status.ShouldBe(status);
        page.Text.ShouldContain(says);
        page.Html.ShouldContain("</html>");
    }

    [GeneratedRegex("<script(?![^>]*src=)|\\sstyle=|\\son[a-z]+=|javascript:", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline { get; }

    [GeneratedRegex("(?:href|src)=\"(?<address>/dashboard[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Drawn { get; }

    private async Task<long> OperationsAsync() => (long)(await host.Database.ScalarAsync($"select count(*) from operations where subject_id = '{tenant}'"))!;
}
