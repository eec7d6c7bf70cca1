using EndToEnd.World;

namespace EndToEnd.Customers;

public sealed class CapacityTests
{
    [Fact]
    public async Task Where_no_server_has_room_the_operation_says_so_and_leaves_nothing()
    {
        await using var system = await LiveSystem.StartAsync(maxDatabases: 1);
        await system.OnboardAsync("fits");

        var asked = (await system.AskAsync("too-many")).Expect(202);
        (await system.EndAsync(asked.Operation)).ShouldBe("undone");

        var error = (string?)(await system.Api.GetAsync($"/v1/operations/{asked.Operation}")).Body["operation"]!["error"];
        error.ShouldNotBeNull().ShouldContain("too-many");
        error.ShouldContain("room");
        error.ShouldContain("ctl servers add");
        (await system.Api.GetAsync("/v1/tenants/too-many")).Expect(404);
        await system.UntilCleanAsync(TimeSpan.FromSeconds(30));
    }
}
