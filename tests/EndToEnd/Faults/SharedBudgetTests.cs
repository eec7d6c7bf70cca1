using System.Net;
using EndToEnd.World;
using Support;

namespace EndToEnd.Faults;

public sealed class SharedBudgetTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_applications_share_a_servers_connections_and_a_dead_one_gives_its_share_back()
    {
        await using var system = await LiveSystem.StartAsync();
        await system.OnboardAsync("acme");
        using var first = await system.StartCrmAsync();
        using var second = await system.StartCrmAsync();
        await first.AnswersAsync("acme", HttpStatusCode.OK, Limit);
        await second.AnswersAsync("acme", HttpStatusCode.OK, Limit);

        await Eventually.Async(async () => (await SharesAsync(system)).Count == 2, Limit, "both have a share");
        var budget = await system.ScalarAsync<int>("select max_connections from servers");
        (await SharesAsync(system)).Sum().ShouldBeInRange(2, budget);

        await first.KillAsync();
        await Eventually.Async(async () => (await SharesAsync(system)).Count == 1, Limit, "the dead one's share is gone");
        await second.AnswersAsync("acme", HttpStatusCode.OK, Limit);
    }

    private static Task<IReadOnlyList<int>> SharesAsync(LiveSystem system) => system.RowsAsync<int>("select greatest(held, share) from runtime_shares");
}
