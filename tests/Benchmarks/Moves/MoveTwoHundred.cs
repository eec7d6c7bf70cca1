using System.Diagnostics;
using System.Globalization;
using System.Net;
using Benchmarks.Onboarding;
using Npgsql;
using Provisioner.Local;
using Support;

namespace Benchmarks.Moves;

/// <summary>
/// A tenant of 200 MB goes to another server and back while somebody writes all the time: how long nobody could write, and what the
/// writer noticed; against a dump that is restored there while nobody may write.
/// </summary>
public sealed class MoveTwoHundred : IBenchmark
{
    private const string Slug = "mover";
    private const string Other = "shared-2";
    private const int Rounds = 5;

    /// <summary>Of 200 bytes; with two indexes it makes 200 MB.</summary>
    private const int Rows = 820_000;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public string Name => "move-200mb";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await using var second = await TestCluster.StartAsync(ClusterProfile.Tenants(databases: 100, maxConnections: 200));
        await using var town = new Town();
        await town.StartAsync(ct);
        await town.StartApplicationAsync(ct);
        await town.Api.PostAsync("/v1/servers", new { name = Other, region = "there", adminConnection = second.ConnectionString, maxDatabases = 100, warmTarget = 0 }, ct);
        await town.EndAsync(await town.Api.PostAsync("/v1/tenants", new { slug = Slug, plan = "enterprise", region = "local" }, ct), ct);
        await town.Customers.UntilAsync(Slug, "/api/contacts", HttpStatusCode.OK, StartLimit, ct);
        await using var catalog = NpgsqlDataSource.Create(town.Catalog);
        var database = await ScalarAsync<string>(catalog, "select name from tenant_databases where state = 'assigned'", ct);
        await FillAsync(town.Server, database, ct);
        var peer = await DumpAndRestoreAsync(town.Server, database, second.ConnectionString, ct);

        await using var writer = new ConstantWriter(town.Customers, Slug);
        await Task.Delay(Calm, ct);
        var usual = writer.TakeLongest();
        var (blocked, held, preparation) = (new Times(), new Times(), new Times());
        for (var round = 0; round < Rounds; round++)
        {
            await GoAsync(town, catalog, "move", new { server = Other }, Other, ct);
            await AddAsync("blocked_milliseconds", blocked);
            await AddAsync("held_milliseconds", held);
            await AddAsync("extract(epoch from flipped_at - created_at)::float8 * 1000", preparation);
            await GoAsync(town, catalog, "move-back", new { }, "shared-1", ct);
            await AddAsync("blocked_milliseconds", blocked);
            await AddAsync("held_milliseconds", held);
            await Console.Error.WriteLineAsync($"round {round + 1}: blocked {Milliseconds(blocked.Median)}, at most {Milliseconds(blocked.P99)}, held at most {Milliseconds(held.P99)}, {writer.Written} rows written, {writer.Failed} failed");
        }

        var longest = writer.TakeLongest();
        return
        [
            new(Name, Milliseconds(blocked.Median), null, Milliseconds(peer), peer / blocked.Median, "<=20ms", blocked.Median.TotalMilliseconds <= 20),
            BenchmarkLine.AtMost($"{Name}-p99", blocked.P99.TotalMilliseconds, 100, "ms"),
            BenchmarkLine.AtMost($"{Name}-held-p99", held.P99.TotalMilliseconds, 250, "ms"),
            BenchmarkLine.AtMost($"{Name}-longest-request", (longest - usual).TotalMilliseconds, 250, "ms"),
            BenchmarkLine.AtMost($"{Name}-failed", writer.Failed, 0, ""),
            new($"{Name}-preparation", Milliseconds(preparation.Median), null, Milliseconds(peer), peer / preparation.Median, "none", IsReached: true),
        ];

        async Task AddAsync(string what, Times to) =>
            to.Add(TimeSpan.FromMilliseconds(await ScalarAsync<double>(catalog, $"select {what} from moves order by created_at desc limit 1", ct)));
    }

    private static async Task GoAsync(Town town, NpgsqlDataSource catalog, string act, object body, string wanted, CancellationToken ct)
    {
        await town.EndAsync(await town.Api.PostAsync($"/v1/tenants/{Slug}/{act}", body, ct), ct);
        var server = await ScalarAsync<string>(
            catalog, "select s.name from tenants t join tenant_databases d on d.id = t.database_id join servers s on s.id = d.server_id", ct);
        if (server != wanted)
        {
            throw new InvalidOperationException($"After {act} {Slug} is on {server}, not on {wanted}: {await ScalarAsync<string>(catalog, "select coalesce(error, status) from operations order by created_at desc limit 1", ct)}");
        }
    }

    private static async Task FillAsync(string server, string database, CancellationToken ct)
    {
        await using var there = NpgsqlDataSource.Create(In(server, database));
        await Town.ExecuteAsync(
            there,
            $"""
            set role o_{database["t_".Length..]};
            create table filling (id bigint primary key, batch int not null, text text not null);
            insert into filling select n, n % 1000, repeat(md5(n::text), 5) from generate_series(1, {Rows}) n;
            create index filling_batch on filling (batch);
            reset role;
            checkpoint;
            """,
            ct);
        await Console.Error.WriteLineAsync($"{await ScalarAsync<long>(there, "select pg_database_size(current_database()) / 1000000", ct)} MB");
    }

    /// <summary>Nobody writes meanwhile, as it has to be.</summary>
    private static async Task<TimeSpan> DumpAndRestoreAsync(string from, string database, string to, CancellationToken ct)
    {
        await using var there = NpgsqlDataSource.Create(to);
        await Town.ExecuteAsync(there, "create database peer", ct);
        var (source, target) = (new NpgsqlConnectionStringBuilder(from), new NpgsqlConnectionStringBuilder(to));
        var start = new ProcessStartInfo("bash", ["-c", $"set -o pipefail; pg_dump -Fc -Z0 -x -O {Login(source)} {database} | PGPASSWORD=$TARGET pg_restore -x -O {Login(target)} -d peer"])
        {
            Environment = { ["PGPASSWORD"] = source.Password, ["TARGET"] = target.Password },
        };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(ct);
        var took = clock.Elapsed;
        await Town.ExecuteAsync(there, "drop database peer with (force)", ct);
        return process.ExitCode == 0 ? took : throw new InvalidOperationException("pg_dump | pg_restore failed.");

        static string Login(NpgsqlConnectionStringBuilder login) => string.Create(CultureInfo.InvariantCulture, $"-h {login.Host} -p {login.Port} -U {login.Username}");
    }

    private static string In(string server, string database) => new NpgsqlConnectionStringBuilder(server) { Database = database, Pooling = false }.ConnectionString;

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0}ms");
}
