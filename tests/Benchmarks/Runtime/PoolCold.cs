using System.Globalization;

namespace Benchmarks.Runtime;

/// <summary>
/// 1,000 databases behind few connections, read by 32 workers, Zipf 1.0: our budget against PgBouncer with the same number of
/// connections, in turns; then the same budget shared by two and by four runtimes, each with its own tenants.
/// </summary>
public sealed class PoolCold(TenantFleet fleet, int connections, double goal) : IBenchmark
{
    private const int Workers = 32;
    private const int Rounds = 2;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public string Name => string.Create(CultureInfo.InvariantCulture, $"pool-{connections}");

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        var (ours, most) = await OursAsync(runtimes: 1, ct);
        var theirs = await TheirsAsync(ct);
        for (var round = 1; round < Rounds; round++)
        {
            var (again, mostAgain) = await OursAsync(runtimes: 1, ct);
            (ours, most) = (ours.Plus(again), Math.Max(most, mostAgain));
            theirs = theirs.Plus(await TheirsAsync(ct));
        }

        var lines = new List<BenchmarkLine>
        {
            Faster(Name, ours, theirs, goal),
            BenchmarkLine.AtMost($"{Name}-backends", most, connections, ""),
            BenchmarkLine.AtMost($"{Name}-errors", ours.Errors.Count, 0, ""),
        };
        foreach (var runtimes in new[] { 2, 4 })
        {
            var (shared, mostShared) = await OursAsync(runtimes, ct);
            lines.Add(Faster($"{Name}-by-{runtimes}", shared, ours, 0.9));
            lines.Add(BenchmarkLine.AtMost($"{Name}-by-{runtimes}-backends", mostShared, connections, ""));
            lines.Add(BenchmarkLine.AtMost($"{Name}-by-{runtimes}-errors", shared.Errors.Count, 0, ""));
        }

        foreach (var error in ours.Errors.Concat(theirs.Errors.Select(e => $"PgBouncer: {e}")).GroupBy(e => e, StringComparer.Ordinal))
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

    private static BenchmarkLine Faster(string name, LoadResult ours, LoadResult peer, double least) => new(
        name,
        string.Create(CultureInfo.InvariantCulture, $"{ours.PerSecond:0}/s"),
        Limit: null,
        string.Create(CultureInfo.InvariantCulture, $"{peer.PerSecond:0}/s"),
        ours.PerSecond / peer.PerSecond,
        string.Create(CultureInfo.InvariantCulture, $">={least}"),
        ours.PerSecond / peer.PerSecond >= least);
}
