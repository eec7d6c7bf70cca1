using System.Diagnostics;
using Npgsql;

namespace Benchmarks.Migrations;

/// <summary>The least any migrator must do: open each database, run the DDL, close. No history, no lock, no owner, no report.</summary>
internal static class BareLimit
{
    private const int Parallelism = 8;

    public static async Task<TimeSpan> RunAsync(BenchmarkFleet fleet, string sql, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(fleet.Names, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct }, async (name, token) =>
        {
            await using var source = new NpgsqlDataSourceBuilder(fleet.ConnectionString(name)).ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false)).Build();
            await using var connection = await source.OpenConnectionAsync(token);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(token);
        });
        return clock.Elapsed;
    }
}
