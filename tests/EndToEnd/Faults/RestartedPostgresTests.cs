using EndToEnd.World;

namespace EndToEnd.Faults;

public sealed class RestartedPostgresTests
{
    private const int Customers = 30;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public Task Onboardings_wait_for_the_tenants_server_and_finish() => FinishAsync(system => system.Server.RestartAsync());

    [Fact]
    public Task Onboardings_wait_for_the_catalog_and_finish() => FinishAsync(system => system.Catalog.RestartAsync());

    [Fact]
    public Task Onboardings_survive_a_crash_of_the_tenants_server() => FinishAsync(async system =>
    {
        await system.Server.KillAsync();
        await system.Server.StartAgainAsync();
    });

    private static async Task FinishAsync(Func<LiveSystem, Task> fault)
    {
        await using var system = await LiveSystem.StartAsync();
        var asking = Crowd.AskAsync(system, Customers);
        await system.UntilInTheMiddleAsync();

        await fault(system);

        system.ControlPlane.HasExited.ShouldBeFalse();
        await Crowd.AllServedAsync(system, await asking, Limit);
    }
}
