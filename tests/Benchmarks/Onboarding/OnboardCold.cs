using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Benchmarks.Onboarding;

/// <summary>
/// Onboarding without a warm database: one at a time against bare CREATE DATABASE with roles and grants, in turns; and a
/// thousand in one go against bare clones, two at a time. No application runs: it would warm each new database up, on the same cores.
/// </summary>
public sealed class OnboardCold(Town town) : IBenchmark
{
    /// <summary>Tenants in one go; the catalog benchmark goes on with them.</summary>
    public const int Many = 1000;

    private const int Rounds = 20;

    public string Name => "onboard-cold";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await town.StartAsync(ct);
        await using var server = NpgsqlDataSource.Create(town.Server);
        await OnboardAsync("cold-first", ct);
        var template = await TemplateAsync(ct);
        var (bare, ours) = (new Times(), new Times());
        for (var i = 0; i < Rounds; i++)
        {
            var n = i;
            await bare.MeasureAsync(() => BareAsync(server, town.Server, template, n, ct));
            await ours.MeasureAsync(() => OnboardAsync($"cold-{n}x", ct));
        }

        // Nothing is dropped before both are measured: a file system is slow to make files right after many were removed.
        var ourRate = await OurRateAsync(ct);
        var bareRate = await BareRateAsync(server, template, ct);
        await DropAsync(server, ct);
        return
        [
            BenchmarkLine.AgainstLimit(Name, ours.Median, bare.Median, 1.5),
            new(
                $"{Name}-{Many}",
                string.Create(CultureInfo.InvariantCulture, $"{ourRate:0.0}/s"),
                string.Create(CultureInfo.InvariantCulture, $"{bareRate:0.0}/s"),
                Peer: null,
                ourRate / bareRate,
                ">=0.9",
                ourRate / bareRate >= 0.9),
        ];
    }

    private async Task OnboardAsync(string slug, CancellationToken ct)
    {
        var made = await town.Api.PostAsync("/v1/tenants", new { slug, plan = "starter" }, ct);
        await foreach (var state in town.Api.FollowAsync(made["operation"]!.GetValue<string>(), ct))
        {
            if (state["operation"]!["error"] is { } error)
            {
                throw new InvalidOperationException($"{slug}: {error}");
            }
        }
    }

    private static async Task BareAsync(NpgsqlDataSource server, string connection, string template, int i, CancellationToken ct)
    {
        await Town.ExecuteAsync(
            server,
            $"create role bare_o_{i}; create role bare_r_{i} login connection limit 20; alter role bare_r_{i} set statement_timeout = '30s'; alter role bare_r_{i} set search_path = public",
            ct);
        await Town.ExecuteAsync(server, $"create database bare_{i} template {template} strategy file_copy", ct);
        await Town.ExecuteAsync(server, $"revoke all on database bare_{i} from public; grant connect on database bare_{i} to bare_r_{i}", ct);
        var inside = new NpgsqlConnectionStringBuilder(connection) { Database = $"bare_{i}", Pooling = false };
        await using var database = NpgsqlDataSource.Create(inside);
        await Town.ExecuteAsync(
            database,
            $"grant usage on schema public to bare_r_{i}; grant select, insert, update, delete on all tables in schema public to bare_r_{i}; grant usage on all sequences in schema public to bare_r_{i}; alter default privileges for role bare_o_{i} grant select, insert, update, delete on tables to bare_r_{i}",
            ct);
    }

    private static async Task<double> BareRateAsync(NpgsqlDataSource server, string template, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Many),
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct },
            async (i, token) => await Town.ExecuteAsync(server, $"create database raw_{i} template {template} strategy file_copy", token));
        return Many / clock.Elapsed.TotalSeconds;
    }

    private static async Task DropAsync(NpgsqlDataSource server, CancellationToken ct)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Many).Select(i => $"raw_{i}").Concat(Enumerable.Range(0, Rounds).Select(i => $"bare_{i}")),
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct },
            async (name, token) => await Town.ExecuteAsync(server, $"drop database {name}", token));
        for (var i = 0; i < Rounds; i++)
        {
            await Town.ExecuteAsync(server, $"drop role bare_r_{i}; drop owned by bare_o_{i}; drop role bare_o_{i}", ct);
        }
    }

    private async Task<double> OurRateAsync(CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Many),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct },
            async (i, token) => await town.Api.PostAsync("/v1/tenants", new { slug = $"many-{i:0000}x", plan = "starter" }, token));
        await town.RestAsync(ct);
        return Many / clock.Elapsed.TotalSeconds;
    }

    private async Task<string> TemplateAsync(CancellationToken ct)
    {
        await using var catalog = NpgsqlDataSource.Create(town.Catalog);
        await using var command = catalog.CreateCommand("select database from templates");
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }
}
