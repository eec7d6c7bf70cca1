using System.Globalization;

namespace Benchmarks.Runtime;

/// <summary>
/// Tenants who read now and then, without and with one who asks for far more long reports at once than its share of the connections can
/// do, in turns: how much longer the others' slowest reads take.
/// </summary>
public sealed class Noisy(TenantFleet fleet) : IBenchmark
{
    private const int Neighbours = 50;
    private const int Reports = 200;
    private const int Budget = 100;
    private const int Rounds = 2;
    private const double Goal = 2.0;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    public string Name => "noisy";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        var (calm, noisy) = await InTurns.RunAsync(Rounds, () => MeasureAsync(isNoisy: false, ct), () => MeasureAsync(isNoisy: true, ct));
        var ratio = noisy.Hits.P99 / calm.Hits.P99;
        return
        [
            new(Name, Milliseconds(noisy), Milliseconds(calm), Peer: null, ratio, string.Create(CultureInfo.InvariantCulture, $"<={Goal:0.0}"), ratio <= Goal),
            BenchmarkLine.AtMost($"{Name}-errors", calm.Errors.Count + noisy.Errors.Count, 0, ""),
        ];
    }

    private async Task<LoadResult> MeasureAsync(bool isNoisy, CancellationToken ct)
    {
        await fleet.UntilQuietAsync(ct);
        await using var node = new RuntimeNode(fleet.Routes, Budget);
        var noise = isNoisy ? Load.RunAsync(Reports, WarmUp, Duration, _ => Neighbours, node.ReportAsync, ct) : Task.CompletedTask;
        var neighbours = await Load.RunAsync(
            16,
            WarmUp,
            Duration,
            random => random.Next(Neighbours),
            async (tenant, token) =>
            {
                await node.ReadAsync(tenant, token);

                // Each counts, whether it found a connection or not.
                return true;
            },
            ct,
            perSecond: 300);
        await noise;
        return neighbours;
    }

    private static string Milliseconds(LoadResult result) => string.Create(CultureInfo.InvariantCulture, $"{result.Hits.P99.TotalMilliseconds:0.00}ms");
}
