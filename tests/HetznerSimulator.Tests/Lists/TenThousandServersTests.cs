using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Lists;

public sealed class TenThousandServersTests : CloudTest
{
    /// <summary>The document is a slow judge; the shapes are checked elsewhere.</summary>
    protected override SimulatorOptions Options => base.Options with { ValidateRequests = false };

    [Fact]
    public async Task Ten_thousand_servers_are_two_hundred_pages()
    {
        Cloud.AddServers(10_000, "seed", new Dictionary<string, string> { ["managed-by"] = "test" });

        var names = new HashSet<string>();
        foreach (var page in (int[])[1, 100, 200, 201])
        {
            var reply = (await GetAsync($"/servers?label_selector=managed-by%3Dtest&per_page=50&page={page}")).With(200);
            reply["meta.pagination.last_page"].GetInt32().ShouldBe(200);
            reply["meta.pagination.total_entries"].GetInt32().ShouldBe(10_000);
            names.UnionWith(reply.List("servers").Select(s => s.GetProperty("name").GetString()!));
        }

        names.ShouldBe([.. Seeds(1, 50), .. Seeds(4951, 50), .. Seeds(9951, 50)], ignoreOrder: true);
    }

    private static IEnumerable<string> Seeds(int first, int count) => Enumerable.Range(first, count).Select(i => $"seed-{i}");
}
