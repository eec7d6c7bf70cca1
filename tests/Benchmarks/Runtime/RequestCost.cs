using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TenantRuntime;
using TenantRuntime.Testing;

namespace Benchmarks.Runtime;

/// <summary>A request that reads one row, through the tenant runtime and through a plain NpgsqlDataSource: same server, same handler, in turns.</summary>
public sealed class RequestCost(TenantFleet fleet) : IBenchmark
{
    private const int Workers = 16;
    private const int Rounds = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public string Name => "request";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        await using var ours = await StartOursAsync(ct);
        await using var plain = await StartPlainAsync(ct);
        var (mine, theirs) = await InTurns.RunAsync(Rounds, () => AskAsync(ours, ct), () => AskAsync(plain, ct));
        var errors = mine.Errors.Count + theirs.Errors.Count;
        var ratio = theirs.PerSecond / mine.PerSecond;
        return
        [
            new(
                Name,
                string.Create(CultureInfo.InvariantCulture, $"{mine.PerSecond:0}/s"),
                string.Create(CultureInfo.InvariantCulture, $"{theirs.PerSecond:0}/s"),
                Peer: null,
                ratio,
                "<=1.05",
                ratio <= 1.05 && errors == 0),
        ];
    }

    private async Task<WebApplication> StartOursAsync(CancellationToken ct)
    {
        var builder = InRequest.Builder();
        builder.AddTenantRuntime();
        builder.Services.UseTestTenants();
        var app = builder.Build();
        var tenants = app.Services.GetRequiredService<TestTenants>();
        var route = fleet.Routes[0];
        tenants.Add(route.Slug, route.TenantId, route.Host, route.Port, route.Database, route.Password, route.Limits);
        app.UseTenants();
        app.MapGet("/", async (ITenant tenant, CancellationToken token) =>
        {
            await using var connection = await tenant.OpenConnectionAsync(token);
            await using var command = connection.CreateCommand("select name from t1 where id = $1");
            return await ReadAsync(command, token);
        });
        await app.StartAsync(ct);
        return app;
    }

    private async Task<WebApplication> StartPlainAsync(CancellationToken ct)
    {
        var route = fleet.Routes[0];
        var source = new NpgsqlDataSourceBuilder
        {
            ConnectionStringBuilder = { Host = route.Host, Port = route.Port, Database = route.Database, Username = route.Database, Password = route.Password, NoResetOnClose = true },
        };
        source.ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false));
        var builder = InRequest.Builder();
        builder.Services.AddSingleton(_ => source.Build());
        var app = builder.Build();
        app.MapGet("/", async (NpgsqlDataSource database, CancellationToken token) =>
        {
            await using var connection = await database.OpenConnectionAsync(token);
            await using var command = new NpgsqlCommand("select name from t1 where id = $1", connection);
            return await ReadAsync(command, token);
        });
        await app.StartAsync(ct);
        return app;
    }

    private static async Task<string> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        command.Parameters.Add(new() { Value = 7L });
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<LoadResult> AskAsync(WebApplication app, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        http.DefaultRequestHeaders.Host = $"{fleet.Routes[0].Slug}.localhost";
        return await Load.RunAsync(
            Workers,
            WarmUp,
            Duration,
            _ => 0,
            async (_, token) =>
            {
                using var answer = await http.GetAsync(new Uri("/", UriKind.Relative), token);
                answer.EnsureSuccessStatusCode();
                return true;
            },
            ct);
    }
}
