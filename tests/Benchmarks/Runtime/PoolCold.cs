using System.Globalization;

namespace Benchmarks.Runtime;

/// <summary>
/// 1,000 databases behind few connections, read by 32 workers, Zipf 1.0: our budget against PgBouncer with the same number of
/// connections, in turns, as it is usually set up and with a login as cheap as our tenants'; then the same budget shared by two and by four runtimes, each with its own tenants.
/// </summary>
public sealed class PoolCold(TenantFleet fleet, int connections, double goal) : IBenchmark
{
    private const int Workers = 32;
    private const int Rounds = 2;
    private static readonly int[] Shares = [1, 2, 4];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public string Name => string.Create(CultureInfo.InvariantCulture, $"pool-{connections}");

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        var ours = Shares.ToDictionary(runtimes => runtimes, _ => new List<(LoadResult Result, int MostBackends)>());
        var theirs = new List<LoadResult>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var runtimes in Shares)
            {
                ours[runtimes].Add(await OursAsync(runtimes, ct));
            }

            theirs.Add(await TheirsAsync(ct));
        }

        var alone = Sum(ours[1].Select(run => run.Result));
        await fleet.LetAdminInAsync(cheaply: true, ct);
        var cheaply = await TheirsAsync(ct);
        await fleet.LetAdminInAsync(cheaply: false, ct);
        var lines = new List<BenchmarkLine> { Faster(Name, alone, Sum(theirs), goal), Faster($"{Name}-same-login", alone, cheaply, least: 1) };
        foreach (var (runtimes, runs) in ours)
        {
            var result = Sum(runs.Select(run => run.Result));
            var name = runtimes == 1 ? Name : $"{Name}-by-{runtimes}";
            if (runtimes > 1)
            {
                lines.Add(Faster(name, result, alone, 0.9));
            }

            lines.Add(BenchmarkLine.AtMost($"{name}-backends", runs.Max(run => run.MostBackends), connections, ""));
            lines.Add(BenchmarkLine.AtMost($"{name}-errors", result.Errors.Count, 0, ""));
        }

        foreach (var error in alone.Errors.Concat(Sum(theirs).Errors.Select(e => $"PgBouncer: {e}")).GroupBy(e => e, StringComparer.Ordinal))
        {
            await Console.Error.WriteLineAsync($"{error.Count()} × {error.Key}");
        }

        return lines;
    }

    /// <summary>Tenants stay with one runtime, as behind a load balancer that looks at the host.</summary>
    private async Task<(LoadResult Result, int MostBackends)> OursAsync(int runtimes, CancellationToken ct)
    {
        await fleet.UntilQuietAsync(ct);
        var nodes = Enumerable.Range(0, runtimes).Select(_ => new RuntimeNode(fleet.Routes, connections / runtimes)).ToList();
        await using var backends = new BackendCount(fleet, "bench-");
        var zipf = new Zipf(fleet.Routes.Count);
        var result = await Load.RunAsync(Workers, WarmUp, Duration, zipf.Draw, (tenant, token) => nodes[tenant % runtimes].ReadAsync(tenant, token), ct);
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        return (result, backends.Most);
    }

    private async Task<LoadResult> TheirsAsync(CancellationToken ct)
    {
        await fleet.UntilQuietAsync(ct);
        await using var bouncer = await PgBouncer.StartAsync(fleet, connections, ct);
        return await Load.RunAsync(Workers, WarmUp, Duration, new Zipf(fleet.Routes.Count).Draw, bouncer.ReadAsync, ct);
    }

    private static LoadResult Sum(IEnumerable<LoadResult> runs) => runs.Aggregate((sum, run) => sum.Plus(run));

    private static BenchmarkLine Faster(string name, LoadResult ours, LoadResult peer, double least) => new(
        name,
        string.Create(CultureInfo.InvariantCulture, $"{ours.PerSecond:0}/s"),
        Limit: null,
        string.Create(CultureInfo.InvariantCulture, $"{peer.PerSecond:0}/s"),
        ours.PerSecond / peer.PerSecond,
        string.Create(CultureInfo.InvariantCulture, $">={least}"),
        ours.PerSecond / peer.PerSecond >= least);
}
