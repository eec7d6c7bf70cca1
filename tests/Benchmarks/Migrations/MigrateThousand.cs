using System.Globalization;
using Migrator.Databases;

namespace Benchmarks.Migrations;

/// <summary>One small migration over 1,000 databases: against the bare limit, and against what others use.</summary>
public sealed class MigrateThousand(BenchmarkFleet fleet) : IBenchmark
{
    private const int Rounds = 3;

    public string Name => "migrate-1000";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        var ours = fleet.Ours;

        // The first run creates the history table everywhere and warms the caches for both.
        ours.Add(1);
        await ours.ApplyAsync(new MigratorOptions(), ct);
        List<TimeSpan> bare = [], one = [];
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await BareLimit.RunAsync(fleet, string.Create(CultureInfo.InvariantCulture, $"alter table t1 add column bare{round} int"), ct));
            ours.Add(1);
            one.Add((await ours.ApplyAsync(new MigratorOptions(), ct)).Took);
        }

        ours.Add(10);
        var ten = (await ours.ApplyAsync(new MigratorOptions(), ct)).Took;
        List<BenchmarkLine> lines =
        [
            BenchmarkLine.AgainstLimit(Name, Median.Of(one), Median.Of(bare), 1.25),
            BenchmarkLine.AgainstLimit($"{Name}/ten-pending", ten, Median.Of(one), 2),
        ];
        foreach (var (peer, took) in await Peers.RunAsync(fleet, ct)) lines.Add(BenchmarkLine.AgainstPeer($"{Name}/{peer}", Median.Of(one), took, 3.5));
        return lines;
    }
}
