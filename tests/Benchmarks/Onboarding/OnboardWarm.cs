using System.Net;
using Npgsql;

namespace Benchmarks.Onboarding;

/// <summary>
/// From POST to the first 200 on the tenant's own host, with a warm database at hand; against a bare CREATE DATABASE of the
/// same template on the same server, in turns.
/// </summary>
public sealed class OnboardWarm : IBenchmark
{
    private const int Rounds = 30;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public string Name => "onboard-warm";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await using var town = new Town(warm: Rounds + 5);
        await town.StartAsync(ct);
        await town.StartApplicationAsync(ct);
        await FillAsync(town, ct);
        await using var server = NpgsqlDataSource.Create(town.Server);
        var template = await TemplateAsync(town, ct);
        var (bare, ours) = (new Times(), new Times());
        for (var i = 0; i < Rounds; i++)
        {
            // The refill of what the last round took must not be in the way of either.
            await town.RestAsync(ct);
            await bare.MeasureAsync(() => Town.ExecuteAsync(server, $"create database bare_{i} template {template} strategy file_copy", ct));
            await Town.ExecuteAsync(server, $"drop database bare_{i}", ct);
            var slug = $"warm-{i}x";
            await ours.MeasureAsync(() => OnboardAsync(town, slug, ct));
        }

        return [BenchmarkLine.AgainstLimit(Name, ours.Median, bare.Median, 0.8)];
    }

    private static async Task OnboardAsync(Town town, string slug, CancellationToken ct)
    {
        await town.Api.PostAsync("/v1/tenants", new { slug, plan = "starter" }, ct);
        var status = await town.Customers.UntilAsync(slug, "/api/contacts", HttpStatusCode.OK, Limit, ct);
        if (status != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{slug} answers {status}.");
        }
    }

    private static async Task FillAsync(Town town, CancellationToken ct)
    {
        while ((await town.Api.GetAsync("/v1/servers/shared-1", ct))!["server"] is { } server
            && server["warm"]!.GetValue<int>() < server["warmTarget"]!.GetValue<int>())
        {
            await Task.Delay(200, ct);
        }
    }

    private static async Task<string> TemplateAsync(Town town, CancellationToken ct)
    {
        await using var catalog = NpgsqlDataSource.Create(town.Catalog);
        await using var command = catalog.CreateCommand("select database from templates");
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }
}
