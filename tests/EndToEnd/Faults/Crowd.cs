using EndToEnd.World;

namespace EndToEnd.Faults;

/// <summary>Many customers who ask at the same moment.</summary>
internal static class Crowd
{
    /// <param name="also">Another control plane that every other customer asks, as behind a load balancer.</param>
    public static Task<Answer[]> AskAsync(LiveSystem system, int customers, Actor? also = null) =>
        Task.WhenAll(Enumerable.Range(0, customers).Select(i => system.AskAsync($"customer-{i}", at: i % 2 == 0 ? null : also)));

    /// <summary>Every one of them is served, nothing is under way, and nothing was left behind.</summary>
    public static async Task AllServedAsync(LiveSystem system, IReadOnlyCollection<Answer> asked, TimeSpan limit)
    {
        asked.ShouldAllBe(a => a.Status == 202);
        await system.UntilCleanAsync(limit);
        (await system.ScalarAsync<long>("select count(*) from tenants where state = 'active'")).ShouldBe(asked.Count);
        (await system.ScalarAsync<long>("select count(*) from operations where workflow = 'TenantOnboarding'")).ShouldBe(asked.Count);
        (await system.RowsAsync<string>("select distinct state from operations")).ShouldBe(["done"]);
    }
}
