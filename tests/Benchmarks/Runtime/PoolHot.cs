using System.Globalization;
using Npgsql;

namespace Benchmarks.Runtime;

/// <summary>
/// 80 tenants that fit into the budget, against one Npgsql pool without reset for each, with four connections for each tenant and
/// with little more than one; then how long hits take while cold tenants storm in, and at a steady 120 requests a second.
/// </summary>
public sealed class PoolHot(TenantFleet fleet) : IBenchmark
{
    private const int Hot = 80;
    private const int Workers = 32;
    private const int Rounds = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public string Name => "pool-hot";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        return
        [
            await CompareAsync(Name, budget: Hot * 4, each: 4, ct),
            await CompareAsync($"{Name}-tight", budget: 100, each: 1, ct),
            BenchmarkLine.AtMost($"{Name}-storm-hits-p99", (await StormAsync(ct)).Hits.P99.TotalMilliseconds, 20, "ms"),
            BenchmarkLine.AtMost($"{Name}-steady-hits-p99", (await SteadyAsync(ct)).Hits.P99.TotalMilliseconds, 5, "ms"),
        ];
    }

    private async Task<BenchmarkLine> CompareAsync(string name, int budget, int each, CancellationToken ct)
    {
        var (ours, theirs) = await InTurns.RunAsync(Rounds, () => OursAsync(budget, ct), () => NpgsqlAsync(each, ct));
        var ratio = ours.PerSecond / theirs.PerSecond;
        return new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{ours.PerSecond:0}/s"),
            Limit: null,
            string.Create(CultureInfo.InvariantCulture, $"{theirs.PerSecond:0}/s"),
            ratio,
            ">=0.95",
            ratio >= 0.95 && ours.Errors.Count == 0);
    }

    private async Task<LoadResult> OursAsync(int budget, CancellationToken ct)
    {
        await using var node = new RuntimeNode(fleet.Routes, budget);
        return await Load.RunAsync(Workers, WarmUp, Duration, random => random.Next(Hot), node.ReadAsync, ct);
    }

    private async Task<LoadResult> NpgsqlAsync(int each, CancellationToken ct)
    {
        var sources = fleet.Routes.Take(Hot).Select(route =>
        {
            var builder = new NpgsqlDataSourceBuilder
            {
                ConnectionStringBuilder = { Host = route.Host, Port = route.Port, Database = route.Database, Username = route.Database, Password = route.Password, NoResetOnClose = true, MaxPoolSize = each },
            };
            builder.ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false));
            return builder.Build();
        }).ToArray();
        try
        {
            return await Load.RunAsync(
                Workers,
                WarmUp,
                Duration,
                random => random.Next(Hot),
                async (tenant, token) =>
                {
                    await using var connection = await sources[tenant].OpenConnectionAsync(token);
                    await using var command = new NpgsqlCommand("select name from t1 where id = $1", connection);
                    command.Parameters.Add(new() { Value = 7L });
                    await command.ExecuteScalarAsync(token);
                    return true;
                },
                ct);
        }
        finally
        {
            foreach (var source in sources)
            {
                await source.DisposeAsync();
            }
        }
    }

    /// <summary>Half of the workers read hot tenants at a moderate pace, the others cold ones as fast as they can.</summary>
    private async Task<LoadResult> StormAsync(CancellationToken ct)
    {
        await using var node = new RuntimeNode(fleet.Routes, budget: 100);
        var cold = Load.RunAsync(16, WarmUp, Duration * 2, random => Hot + random.Next(fleet.Routes.Count - Hot), node.ReadAsync, ct);
        var hot = await Load.RunAsync(16, WarmUp, Duration * 2, random => random.Next(20), node.ReadAsync, ct, perSecond: 1000);
        await cold;
        return hot;
    }

    private async Task<LoadResult> SteadyAsync(CancellationToken ct)
    {
        await fleet.UntilQuietAsync(ct);
        await using var node = new RuntimeNode(fleet.Routes, budget: 400);
        var zipf = new Zipf(fleet.Routes.Count);

        // At that pace alone it would take a minute until all connections are open.
        await Load.RunAsync(Workers, warmUp: default, Duration * 2, zipf.Draw, node.ReadAsync, ct);
        return await Load.RunAsync(Workers, WarmUp, Duration * 4, zipf.Draw, node.ReadAsync, ct, perSecond: 120);
    }
}
