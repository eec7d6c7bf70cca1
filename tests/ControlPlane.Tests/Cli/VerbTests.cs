using System.Text.Json.Nodes;
using ControlPlane.Access;
using ControlPlane.Tests.Api;

namespace ControlPlane.Tests.Cli;

/// <summary>The command line against the real interface.</summary>
public sealed class VerbTests(ApiHost host) : IClassFixture<ApiHost>
{
    private Terminal Terminal => new(host.App.Urls.First(), host.AdminKey);

    [Fact]
    public async Task Plans_are_listed_shown_and_edited()
    {
        var terminal = Terminal;
        (await terminal.TypeAsync("plans", "list")).ShouldBe(0);
        terminal.Out.ShouldContain("starter       Starter       20         1000 MB");
        terminal.Out.ShouldContain("29.00 EUR");
        (await terminal.TypeAsync("plans", "edit", "professional", "--users", "unlimited", "--price", "99.50")).ShouldBe(0);
        (await terminal.TypeAsync("plans", "show", "professional", "--json")).ShouldBe(0);
        var plan = JsonNode.Parse(terminal.Out)!;
        plan["users"].ShouldBeNull();
        plan["priceCents"]!.GetValue<int>().ShouldBe(9950);
        plan["storageMegabytes"]!.GetValue<int>().ShouldBe(10_000);
        (await terminal.TypeAsync("plans", "edit", "professional", "--price", "lots")).ShouldBe(2);
        terminal.Error.ShouldContain("--price is 'lots'");
        (await terminal.TypeAsync("plans", "edit", "professional", "--users", "0")).ShouldBe(2);
        terminal.Error.ShouldContain("users must be more than 0, or null for unlimited");
        (await terminal.TypeAsync("plans", "show", "gold")).ShouldBe(1);
        terminal.Error.ShouldContain("There is no plan 'gold'.");
        terminal.Error.ShouldContain("ctl plans list");
    }

    [Fact]
    public async Task A_key_is_printed_once_alone_and_works_until_it_is_revoked()
    {
        var terminal = Terminal;
        (await terminal.TypeAsync("keys", "create", "cli-made", "--role", "viewer", "--days", "1")).ShouldBe(0);
        var key = terminal.Out.Trim();
        (await host.GetAsync("/v1/plans", key)).Status.ShouldBe(200);
        terminal.Error.ShouldContain("not shown again");
        (await terminal.TypeAsync("keys", "list")).ShouldBe(0);
        terminal.Out.ShouldContain("cli-made");
        terminal.Out.ShouldContain("in 24 h");
        terminal.Out.ShouldNotContain(key[^20..]);
        (await terminal.TypeAsync("keys", "revoke", "cli-made")).ShouldBe(0);
        (await terminal.TypeAsync("keys", "list", "--revoked")).ShouldBe(0);
        terminal.Out.ShouldContain("revoked");
    }

    [Fact]
    public async Task The_audit_trail_is_listed_and_verified_and_tampering_is_an_exit_code()
    {
        await using var own = await ApiHost.StartAsync();
        var terminal = new Terminal(own.App.Urls.First(), own.AdminKey);
        await own.PostAsync("/probe/acme", new { title = "x" });
        (await terminal.TypeAsync("audit", "list", "--tenant", "acme")).ShouldBe(0);
        terminal.Out.ShouldContain("Probe");
        terminal.Out.ShouldContain("tenants/acme");
        (await terminal.TypeAsync("audit", "verify")).ShouldBe(0);
        terminal.Out.ShouldContain("All 2 entries are as they were written.");
        await own.Database.ExecuteAsync("update audit_entries set who = 'nobody' where seq = 2");
        (await terminal.TypeAsync("audit", "verify")).ShouldBe(1);
        terminal.Out.ShouldContain("Entry 2 is not as it was written");
        (await terminal.TypeAsync("audit", "list", "--since", "yesterday")).ShouldBe(2);
    }

    [Fact]
    public async Task A_role_that_may_not_gets_the_problem_and_what_to_do()
    {
        var terminal = new Terminal(host.App.Urls.First(), await host.KeyAsync(Role.Viewer));
        (await terminal.TypeAsync("keys", "list")).ShouldBe(1);
        terminal.Error.ShouldContain("role does not allow that");
        terminal.Error.ShouldContain("ctl keys create");
        (await terminal.TypeAsync("keys", "list", "--json")).ShouldBe(1);
        ((string)JsonNode.Parse(terminal.Error)!["code"]!).ShouldBe("forbidden");
    }
}
