using ControlPlane.Access;
using ControlPlane.Tests.Api;
using Support;

namespace ControlPlane.Tests.Dashboard;

/// <summary>Who gets to see pages, and what a browser keeps of that.</summary>
public sealed class SessionTests(ApiHost host) : IClassFixture<ApiHost>, IDisposable
{
    private readonly Browser browser = new(() => new Uri(host.App.Urls.First()));

    [Fact]
    public async Task Who_has_not_signed_in_is_asked_to_and_then_gets_what_was_wanted()
    {
        var wanted = await browser.GetAsync("/operations?live=true");
        wanted.Status.ShouldBe(302);
        wanted.To.ShouldNotBeNull().ShouldStartWith("/sign-in?next=");

        var signedIn = await browser.SignInAsync(host.AdminKey, wanted.To);

        signedIn.To.ShouldBe("/operations?live=true");
        (await signedIn.FollowAsync()).Text.ShouldContain("first-admin, admin");
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/./\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("~/\\evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("evil.example")]
    [InlineData("")]
    public async Task Signing_in_leads_nowhere_else(string next) =>
        (await browser.SignInAsync(host.AdminKey, $"/sign-in?next={Uri.EscapeDataString(next)}")).To.ShouldBe("/");

    [Fact]
    public async Task What_the_browser_keeps_is_sent_over_TLS_alone_and_no_script_reads_it()
    {
        var form = await browser.GetAsync("/sign-in");
        var signedIn = await form.SubmitAsync("sign-in", ("Key", host.AdminKey));

        var cookies = form.SetCookies.Concat(signedIn.SetCookies).ToList();
        cookies.Count.ShouldBe(2);
        cookies.ShouldAllBe(c => c.Contains("; secure") && c.Contains("; httponly") && c.Contains("; samesite="));
        cookies.ShouldNotContain(c => c.Contains("samesite=none"));
        var secret = host.AdminKey.Split('_')[2];
        cookies.ShouldNotContain(c => c.Contains(secret));
        (await browser.GetAsync("/")).Html.ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_session_opens_pages_alone_and_a_key_in_a_header_the_interface_alone()
    {
        await browser.SignInAsync(host.AdminKey);
        (await browser.GetAsync("/")).Status.ShouldBe(200);
        (await browser.GetAsync("/v1/tenants")).Status.ShouldBe(401);
        (await host.GetAsync("/v1/tenants")).Status.ShouldBe(200);
        using var stranger = new Browser(() => new Uri(host.App.Urls.First()));
        (await stranger.GetAsync("/")).Status.ShouldBe(302);
    }

    [Fact]
    public async Task A_revoked_key_is_signed_out_within_two_seconds()
    {
        var name = $"leaver-{Guid.CreateVersion7():N}";
        await browser.SignInAsync(await host.NewKeyAsync(Role.Operator, name));
        (await browser.GetAsync("/")).Status.ShouldBe(200);

        (await host.PostAsync($"/v1/keys/{name}/revoke", new { })).Status.ShouldBe(204);

        await Eventually.Async(async () => (await browser.GetAsync("/")).Status == 302, TimeSpan.FromSeconds(2), "the session has ended");
        browser.Cookies.ShouldNotContainKey("controlplane-session");
    }

    [Fact]
    public async Task Signing_out_forgets_the_session()
    {
        await browser.SignInAsync(host.AdminKey);
        var page = await browser.GetAsync("/");

        var out_ = await browser.PostAsync("/sign-out", page.Form("leave")!);

        out_.To.ShouldBe("/sign-in");
        (await browser.GetAsync("/")).Status.ShouldBe(302);
    }

    [Fact]
    public async Task An_altered_session_and_one_of_another_purpose_are_none()
    {
        await browser.SignInAsync(host.AdminKey);
        var good = browser.Cookies["controlplane-session"];
        foreach (var bad in new[] { good[..^4] + "AAAA", browser.Cookies["controlplane-form"], "nonsense" })
        {
            browser.Cookies["controlplane-session"] = bad;
            (await browser.GetAsync("/")).Status.ShouldBe(302, bad);
        }
    }

    [Fact]
    public async Task An_applications_key_is_not_for_people()
    {
        var refused = await browser.SignInAsync(await host.KeyAsync(Role.Runtime));
        refused.Status.ShouldBe(403);
        refused.Text.ShouldContain("This is the key of an application.");
    }

    [Fact]
    public async Task Who_guesses_keys_is_soon_not_listened_to()
    {
        await using var strict = await ApiHost.StartAsync(("ControlPlane:Limits:FailedPerAddress", "2"));
        using var guesser = new Browser(() => new Uri(strict.App.Urls.First()));
        (await guesser.SignInAsync("cp_guess")).Text.ShouldContain("This API key is not valid");
        (await guesser.SignInAsync("cp_guess")).Status.ShouldBe(401);
        (await guesser.SignInAsync(strict.AdminKey)).Status.ShouldBe(429);
    }

    public void Dispose() => browser.Dispose();
}
