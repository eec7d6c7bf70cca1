using EndToEnd.World;
using Support;

namespace EndToEnd.Moves;

/// <summary>Somebody moves a customer with a browser.</summary>
public sealed class PlannedMoveTests
{
    [Fact]
    public async Task A_person_reads_the_plan_moves_the_customer_and_brings_it_back()
    {
        await using var system = await LiveSystem.StartAsync();
        await system.AddServerAsync();
        await system.OnboardAsync("acme");
        using var browser = new Browser(() => system.ControlPlane.Address);
        await browser.SignInAsync((await File.ReadAllTextAsync(system.KeyFile)).Trim());

        (await browser.GetAsync("/tenants/acme")).Html.ShouldContain("href=\"/tenants/acme/move?server=shared-2\"");
        var plan = await browser.GetAsync("/tenants/acme/move?server=shared-2");
        plan.Text.ShouldContain("how by replication, while the customer works");
        plan.Text.ShouldContain("requests wait about ");
        plan.Text.ShouldContain("backups The control plane makes no backups on shared-1.");
        plan.Text.ShouldContain("price now nothing of its own");
        (await system.ScalarAsync<long>("select count(*) from moves")).ShouldBe(0, "a plan changes nothing");

        var there = await EndAsync(await plan.SubmitAsync("move"));
        there.Text.ShouldContain("Tenant move of acme");
        var moved = await browser.GetAsync("/tenants/acme");
        moved.Text.ShouldContain("server shared-2");
        moved.Text.ShouldContain("nobody could write for ");
        await EndAsync(await moved.SubmitAsync("back"));
        (await browser.GetAsync("/tenants/acme")).Text.ShouldContain("server shared-1");
        await system.UntilCleanAsync(TimeSpan.FromSeconds(30));

        async Task<Browser.Page> EndAsync(Browser.Page begun)
        {
            begun.To.ShouldNotBeNull(begun.Text);
            await system.DoneAsync(Guid.Parse(begun.To["/operations/".Length..]));
            return await begun.FollowAsync();
        }
    }
}
