using System.Diagnostics;
using System.Net;
using Benchmarks.Onboarding;
using Npgsql;
using Provisioner.Local;
using Support;

namespace Benchmarks.Moves;

/// <summary>A server with 100 small customers is emptied while some of them work.</summary>
public sealed class DrainHundred : IBenchmark
{
    private const int Tenants = 100;
    private const int InUse = 5;

    /// <summary>With what a new database has anyway they make about 5 MB more.</summary>
    private const int Rows = 25_000;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public string Name => "drain-100";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await using var here = await TestCluster.StartAsync(ClusterProfile.Tenants(databases: Tenants, maxConnections: 200));
        await using var there = await TestCluster.StartAsync(ClusterProfile.Tenants(databases: Tenants, maxConnections: 200));
        await using var town = new Town();
        await town.StartAsync(ct);
        await town.StartApplicationAsync(ct);
        await AddServerAsync("here", here.ConnectionString);
        foreach (var accepted in await Task.WhenAll(Enumerable.Range(0, Tenants).Select(n => town.Api.PostAsync("/v1/tenants", new { slug = $"small-{n}", plan = "enterprise", region = "there" }, ct))))
        {
            await town.EndAsync(accepted, ct);
        }

        await FillAsync(here.ConnectionString, ct);
        await AddServerAsync("there", there.ConnectionString);
        await town.Customers.UntilAsync("small-0", "/api/contacts", HttpStatusCode.OK, StartLimit, ct);
        var people = Enumerable.Range(0, InUse).Select(n => new ConstantUse(town.Customers, $"small-{n}", writers: 1, readers: 1)).ToList();
        var clock = Stopwatch.StartNew();
        await town.EndAsync(await town.Api.PostAsync("/v1/servers/here/drain", new { }, ct), ct);
        var took = clock.Elapsed;
        foreach (var each in people)
        {
            await each.DisposeAsync();
        }

        await using var catalog = NpgsqlDataSource.Create(town.Catalog);
        await using var count = catalog.CreateCommand("select count(*) from tenants t join tenant_databases d on d.id = t.database_id join servers s on s.id = d.server_id where s.name = 'there'");
        return
        [
            BenchmarkLine.AtMost(Name, took.TotalSeconds, 300, "s"),
            BenchmarkLine.AtMost($"{Name}-left", Tenants - (long)(await count.ExecuteScalarAsync(ct))!, 0, ""),
            BenchmarkLine.AtMost($"{Name}-failed-of-{people.Sum(p => p.Requests)}", people.Sum(p => p.Failed), 0, ""),
            new($"{Name}-longest-request", $"{people.Max(p => p.TakeLongest().TotalMilliseconds):0}ms", null, null, 0, "none", IsReached: true),
        ];

        async Task AddServerAsync(string server, string connection) =>
            await town.Api.PostAsync("/v1/servers", new { name = server, region = "there", adminConnection = connection, maxDatabases = Tenants, warmTarget = 0 }, ct);
    }

    private static async Task FillAsync(string server, CancellationToken ct)
    {
        var databases = new List<string>();
        await using (var all = NpgsqlDataSource.Create(server))
        await using (var command = all.CreateCommand("select datname from pg_database where datname ~ '^t_' and not datistemplate"))
        await using (var rows = await command.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct))
            {
                databases.Add(rows.GetString(0));
            }
        }

        foreach (var database in databases)
        {
            await using var one = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Database = database, Pooling = false }.ConnectionString);
            await Town.ExecuteAsync(one, $"set role o_{database["t_".Length..]}; create table filling (id bigint primary key, text text not null); insert into filling select n, repeat(md5(n::text), 5) from generate_series(1, {Rows}) n; reset role", ct);
        }
    }
}
