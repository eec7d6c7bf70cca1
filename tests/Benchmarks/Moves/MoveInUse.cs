using System.Globalization;
using System.Net;
using Benchmarks.Onboarding;
using Npgsql;
using Provisioner.Local;
using Support;

namespace Benchmarks.Moves;

/// <summary>
/// A tenant goes to another server and back while its people work all the time: how long nobody could write, what they and a
/// neighbour noticed; against copies that are made while nobody may write.
/// </summary>
/// <param name="megabytes">Of the tenant's database.</param>
/// <param name="rounds">Each is a move with a copy, and one back without.</param>
/// <param name="roundTrip">Added between the two servers, and between each and everybody else.</param>
/// <param name="worst">Goal for the longest time that nobody could write, in milliseconds.</param>
public sealed class MoveInUse(string name, int megabytes, int rounds, TimeSpan roundTrip = default, double worst = 100) : IBenchmark
{
    private const string Slug = "mover";
    private const string Neighbour = "neighbour";

    /// <summary>With an index.</summary>
    private const int RowsPerMegabyte = 4_100;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public string Name => name;

    /// <summary>More or fewer rounds than usual: 50 make 100 moves.</summary>
    private int Rounds => Environment.GetEnvironmentVariable("BENCH_ROUNDS") is { } asked ? int.Parse(asked, CultureInfo.InvariantCulture) : rounds;

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await using var here = await TestCluster.StartAsync(ClusterProfile.Tenants(databases: 100, maxConnections: 200));
        await using var there = await TestCluster.StartAsync(ClusterProfile.Tenants(databases: 100, maxConnections: 200));
        await using var lineHere = LineTo(here);
        await using var lineThere = LineTo(there);
        await using var town = new Town();
        await town.StartAsync(ct);
        await town.StartApplicationAsync(ct);
        await AddServerAsync("here", By(lineHere, here));
        await AddServerAsync("there", By(lineThere, there));
        foreach (var slug in (string[])[Slug, Neighbour])
        {
            await town.EndAsync(await town.Api.PostAsync("/v1/tenants", new { slug, plan = "enterprise", region = "here" }, ct), ct);
            await town.Customers.UntilAsync(slug, "/api/contacts", HttpStatusCode.OK, StartLimit, ct);
        }

        await using var catalog = NpgsqlDataSource.Create(town.Catalog);
        var database = await ScalarAsync<string>(catalog, $"select d.name from tenant_databases d join tenants t on t.database_id = d.id where t.slug = '{Slug}'", ct);
        await FillAsync(here.ConnectionString, database, ct);
        var copies = new Copies(here.ConnectionString, database, there.ConnectionString);
        var dump = await copies.DumpAndRestoreAsync(ct);
        var clone = await copies.CloneAsync(ct);

        await using var people = new ConstantUse(town.Customers, Slug, writers: 4, readers: 8);
        await using var neighbours = new ConstantUse(town.Customers, Neighbour, writers: 1, readers: 1);

        // Their first requests open connections and are not what is usual.
        await Task.Delay(Calm / 2, ct);
        people.TakeLongest();
        var begin = neighbours.Now();
        await Task.Delay(Calm, ct);
        var usual = people.TakeLongest();
        var calm = neighbours.RateSince(begin);
        var (blocked, held, preparation) = (new Times(), new Times(), new Times());
        var before = neighbours.Now();
        for (var round = 1; round <= Rounds; round++)
        {
            await GoAsync("move", new { server = "there" }, "there");
            preparation.Add(await LastAsync("extract(epoch from flipped_at - created_at)::float8 * 1000"));
            await GoAsync("move-back", new { }, "here");
            await Console.Error.WriteLineAsync($"round {round}: blocked {Milliseconds(blocked.Median)}, at most {Milliseconds(blocked.P99)}, held at most {Milliseconds(held.P99)}, {people.Requests} requests, {people.Failed} failed");
        }

        var meanwhile = neighbours.RateSince(before);
        var longest = people.TakeLongest();
        await people.StopAsync();
        await using var after = NpgsqlDataSource.Create(In(here.ConnectionString, database));
        var lost = people.Written - await ScalarAsync<long>(after, "select count(*) from contacts where name like 'writer %'", ct);

        // A round trip of its own length is part of it.
        var isFar = roundTrip > TimeSpan.Zero;
        List<BenchmarkLine> lines =
        [
            new(Name, Milliseconds(blocked.Median), null, Milliseconds(dump), dump / blocked.Median, isFar ? "none" : "<=20ms", isFar || blocked.Median.TotalMilliseconds <= 20),
            BenchmarkLine.AtMost($"{Name}-p99", blocked.P99.TotalMilliseconds, worst, "ms"),
            new($"{Name}-held-p99", Milliseconds(held.P99), null, null, 0, "none", IsReached: true),
            BenchmarkLine.AtMost($"{Name}-longest-request", (longest - usual).TotalMilliseconds, 250, "ms"),
            BenchmarkLine.AtMost($"{Name}-failed-of-{people.Requests}", people.Failed, 0, ""),
            BenchmarkLine.AtMost($"{Name}-rows-lost-of-{people.Written}", Math.Abs(lost), 0, ""),
            BenchmarkLine.AtMost($"{Name}-neighbour-loss", 100 * (1 - (meanwhile / calm)), 5, "%"),
            new($"{Name}-preparation", Milliseconds(preparation.Median), null, Milliseconds(dump), dump / preparation.Median, "none", IsReached: true),
        ];
        if (clone is { } time)
        {
            lines.Add(new($"{Name}-pgcopydb", Milliseconds(blocked.Median), null, Milliseconds(time), time / blocked.Median, "none", IsReached: true));
        }

        return lines;

        async Task AddServerAsync(string server, string connection) =>
            await town.Api.PostAsync("/v1/servers", new { name = server, region = server, adminConnection = connection, maxDatabases = 100, warmTarget = 0 }, ct);

        async Task GoAsync(string act, object body, string wanted)
        {
            await town.EndAsync(await town.Api.PostAsync($"/v1/tenants/{Slug}/{act}", body, ct), ct);
            var server = await ScalarAsync<string>(
                catalog, $"select s.name from tenants t join tenant_databases d on d.id = t.database_id join servers s on s.id = d.server_id where t.slug = '{Slug}'", ct);
            if (server != wanted)
            {
                throw new InvalidOperationException($"After {act} {Slug} is on {server}, not on {wanted}: {await ScalarAsync<string>(catalog, "select coalesce(error, status) from operations order by created_at desc limit 1", ct)}");
            }

            blocked.Add(await LastAsync("blocked_milliseconds"));
            held.Add(await LastAsync("held_milliseconds"));
            await Console.Error.WriteLineAsync(await ScalarAsync<string>(catalog, "select line from operation_log where line like 'Nobody could%' order by at desc limit 1", ct));
        }

        async Task<TimeSpan> LastAsync(string what) => TimeSpan.FromMilliseconds(await ScalarAsync<double>(catalog, $"select {what} from moves order by created_at desc limit 1", ct));
    }

    private async Task FillAsync(string server, string database, CancellationToken ct)
    {
        await using var there = NpgsqlDataSource.Create(In(server, database));
        await Town.ExecuteAsync(
            there,
            $"""
            set role o_{database["t_".Length..]};
            create table filling (id bigint primary key, batch int not null, text text not null);
            insert into filling select n, n % 1000, repeat(md5(n::text), 5) from generate_series(1, {megabytes * RowsPerMegabyte}) n;
            create index filling_batch on filling (batch);
            reset role;
            checkpoint;
            """,
            ct);
        await Console.Error.WriteLineAsync($"{await ScalarAsync<long>(there, "select pg_database_size(current_database()) / 1000000", ct)} MB");
    }

    private Relay LineTo(TestCluster server)
    {
        var end = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        return new Relay(IPAddress.Loopback, () => new(end.Host!, end.Port), roundTrip);
    }

    private string By(Relay line, TestCluster server) => roundTrip == default
        ? server.ConnectionString
        : new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = line.Address.Port }.ConnectionString;

    private static string In(string server, string database) => new NpgsqlConnectionStringBuilder(server) { Database = database, Pooling = false }.ConnectionString;

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0}ms");
}
