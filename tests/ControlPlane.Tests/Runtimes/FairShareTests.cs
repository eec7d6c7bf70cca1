using ControlPlane.Runtimes;

namespace ControlPlane.Tests.Runtimes;

public sealed class FairShareTests
{
    private const int Budget = 100;
    private readonly List<RuntimeShare> all = [];

    [Fact]
    public void Alone_it_gets_all_but_the_reserve_for_newcomers() => Ask("a", held: 0, wanted: 5).ShouldBe(95);

    [Fact]
    public void Who_wants_little_leaves_the_rest_to_who_wants_much()
    {
        Settle(("modest", 10), ("greedy", 500)).ShouldBe([10, 85]);
    }

    [Fact]
    public void Greedy_ones_share_evenly() => Settle(("a", 500), ("b", 500), ("c", 500)).ShouldBe([31, 32, 32]);

    [Fact]
    public void What_nobody_wants_is_spread_evenly() => Settle(("a", 10), ("b", 20)).ShouldBe([42, 52]);

    [Fact]
    public void A_newcomer_can_serve_at_once_and_gets_the_rest_as_others_close()
    {
        Ask("old", held: 95, wanted: 500);
        Ask("new", held: 0, wanted: 500).ShouldBe(5);
        Ask("old", held: 95, wanted: 500).ShouldBe(48);
        Ask("new", held: 5, wanted: 500).ShouldBe(5, "the old one has closed nothing yet");
        Ask("old", held: 48, wanted: 500).ShouldBe(48);
        Ask("new", held: 5, wanted: 500).ShouldBe(47);
    }

    [Fact]
    public void Whatever_they_ask_the_budget_holds()
    {
        var random = new Random(20261120);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var name = $"r{random.Next(6)}";
            var share = all.Find(r => r.Instance == name)?.Share ?? 0;
            if (random.Next(20) == 0)
            {
                all.RemoveAll(r => r.Instance == name);
                continue;
            }

            // It holds what it was allowed, or less.
            Ask(name, held: random.Next(share + 1), wanted: random.Next(200));
            all.Sum(r => r.Taken).ShouldBeLessThanOrEqualTo(Budget);
        }
    }

    private int[] Settle(params (string Name, int Wanted)[] runtimes)
    {
        for (var turn = 0; turn < 5; turn++)
        {
            foreach (var (name, wanted) in runtimes)
            {
                var share = all.Find(r => r.Instance == name)?.Share ?? 0;
                Ask(name, held: share, wanted);
            }
        }

        return [.. all.OrderBy(r => Array.FindIndex(runtimes, n => n.Name == r.Instance)).Select(r => r.Share)];
    }

    private int Ask(string name, int held, int wanted)
    {
        all.RemoveAll(r => r.Instance == name);
        var one = new RuntimeShare(Guid.Empty, name, held, wanted, Share: 0);
        all.Add(one);
        var share = FairShare.Of(one, Budget, all);
        all[^1] = one with { Share = share };
        return share;
    }
}
