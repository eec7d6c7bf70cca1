using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ControlPlane.Access.Secrets;
using Npgsql;
using Provisioner.Postgres;

namespace Benchmarks.Onboarding;

/// <summary>A catalog of 10,000 tenants, 1,000 of them with real databases: reads, routes, memory, reconciling, starting, idling.</summary>
public sealed class CatalogTenThousand(Town town) : IBenchmark
{
    private const int Tenants = 10_000;
    private const int Reads = 200;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    // After a start the runtime compiles for a while what was used often.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    public string Name => "catalog-10k";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await town.StartAsync(ct);
        await town.StartApplicationAsync(ct);
        await FillAsync(ct);
        using var http = new HttpClient { BaseAddress = town.Stage.ControlPlaneUrl };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", town.RuntimeKey);

        var reads = new List<BenchmarkLine>
        {
            await ReadAsync("list", _ => "/v1/tenants?limit=50", ct),
            await ReadAsync("search", i => $"/v1/tenants?search=any-{i:000}", ct),
            await ReadAsync("one", i => $"/v1/tenants/many-{i:0000}x", ct),
        };
        var fetch = new Times();
        for (var i = 0; i < 5; i++)
        {
            await fetch.MeasureAsync(() => http.GetByteArrayAsync("/v1/runtime/routes", ct));
        }

        var nothing = await ApplyNothingAsync(ct);
        var change = await ChangeAsync(http, ct);
        var memory = MemoryMegabytes();
        var reconcile = await ReconcileAsync(ct);
        await town.Stage.StopControlPlaneAsync(ct);
        var start = new Times();
        await start.MeasureAsync(() => town.RestartControlPlaneAsync(ct));
        var idle = await IdleAsync(ct);
        return
        [
            .. reads,
            BenchmarkLine.AtMost($"{Name}-routes", fetch.Median.TotalMilliseconds, 1000, "ms"),
            BenchmarkLine.AtMost($"{Name}-apply-nothing", nothing.Median.TotalSeconds, 1, "s"),
            BenchmarkLine.AtMost($"{Name}-change-p99", change.P99.TotalMilliseconds, 100, "ms"),
            BenchmarkLine.AtMost($"{Name}-memory", memory, 300, "MB"),
            BenchmarkLine.AtMost($"{Name}-reconcile", reconcile.TotalSeconds, 2, "s"),
            BenchmarkLine.AtMost($"{Name}-start", start.Median.TotalSeconds, 5, "s"),
            BenchmarkLine.AtMost($"{Name}-idle", idle * 100, 2, "%"),
        ];
    }

    /// <summary>Real tenants are there from the benchmark before, or are made now; the rest are rows, on a server that is gone.</summary>
    private async Task FillAsync(CancellationToken ct)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, OnboardCold.Many),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct },
            async (i, token) =>
            {
                if (await town.Api.GetAsync($"/v1/tenants/many-{i:0000}x", token) is null)
                {
                    await town.Api.PostAsync("/v1/tenants", new { slug = $"many-{i:0000}x", plan = "starter" }, token);
                }
            });
        await town.RestAsync(ct);
        await using var catalog = NpgsqlDataSource.Create(town.Catalog);
        await Town.ExecuteAsync(
            catalog,
            $"""
            insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
            select gen_random_uuid(), 'gone', 'local', 'shared', 'removed', '127.0.0.1', 1, '', 20000, 100, 0;
            insert into tenants (id, slug, plan, tier, region, state, activated_at)
            select gen_random_uuid(), 'rows-' || to_char(n, 'FM00000') || 'x', 'free', 'shared', 'local', 'active', now()
            from generate_series(1, {Tenants} - (select count(*) from tenants)) n;
            """,
            ct);
        await AddDatabasesAsync(catalog, ct);
    }

    /// <summary>A database and a route for each row, with a password that decrypts: a full fetch reads all of them.</summary>
    private async Task AddDatabasesAsync(NpgsqlDataSource catalog, CancellationToken ct)
    {
        var secrets = new SecretBox(new KeyRing(town.Keys, TimeProvider.System));
        var ids = Enumerable.Range(0, Tenants).Select(_ => Guid.CreateVersion7()).ToArray();
        await using var command = catalog.CreateCommand(
            """
            with given as (select *, row_number() over () as n from unnest($1, $2, $3) as d (id, name, secret)),
            rows as (select id, row_number() over () as n from tenants where slug like 'rows-%')
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret, schema_version)
            select given.id, s.id, rows.id, given.name, 'assigned', given.secret, (select max(schema_version) from templates)
            from rows join given using (n), servers s where s.name = 'gone';
            """);
        command.Parameters.Add(new() { Value = ids });
        command.Parameters.Add(new() { Value = ids.Select(id => new TenantDatabaseName(id).Database).ToArray() });
        command.Parameters.Add(new() { Value = ids.Select(id => secrets.Protect(LoginPassword.Generate().Reveal(), SecretPlaces.DatabasePassword(id))).ToArray() });
        await command.ExecuteNonQueryAsync(ct);
        await Town.ExecuteAsync(
            catalog,
            """
            update tenants t set database_id = d.id from tenant_databases d where d.tenant_id = t.id and t.database_id is null;
            with new as (select t.id, d.server_id, row_number() over () as n from tenants t join tenant_databases d on d.id = t.database_id where t.slug like 'rows-%'),
            head as (update route_head set revision = revision + (select count(*) from new) returning revision)
            insert into routes (tenant_id, server_id, state, revision)
            select new.id, new.server_id, 'active', head.revision - (select count(*) from new) + new.n from new, head;
            analyze;
            """,
            ct);
    }

    private async Task<BenchmarkLine> ReadAsync(string what, Func<int, string> path, CancellationToken ct)
    {
        var times = new Times();
        for (var i = 0; i < Reads; i++)
        {
            var n = i;
            await times.MeasureAsync(() => town.Api.GetAsync(path(n), ct));
        }

        return BenchmarkLine.AtMost($"{Name}-{what}-p99", times.P99.TotalMilliseconds, 20, "ms");
    }

    /// <summary>A whole run over the fleet that finds, from the catalog, that no database lacks a migration.</summary>
    private async Task<Times> ApplyNothingAsync(CancellationToken ct)
    {
        var times = new Times();
        for (var i = 0; i < 5; i++)
        {
            await times.MeasureAsync(async () =>
            {
                var made = await town.Api.PostAsync("/v1/migrations/apply", new { }, ct);
                await foreach (var state in town.Api.FollowAsync(made["operation"]!.GetValue<string>(), ct))
                {
                    if (state["operation"]!["error"] is { } error)
                    {
                        throw new InvalidOperationException($"{error}");
                    }
                }
            });
        }

        var fleet = await town.Api.GetAsync("/v1/migrations", ct);
        return fleet!["databases"]!.GetValue<int>() >= Tenants && fleet["behind"]!.GetValue<int>() == 0
            ? times
            : throw new InvalidOperationException($"This was no fleet of {Tenants} with nothing to do: {fleet.ToJsonString()}");
    }

    /// <summary>From sending the change to its arrival on a runtime's stream.</summary>
    private async Task<Times> ChangeAsync(HttpClient http, CancellationToken ct)
    {
        var snapshot = JsonNode.Parse(await http.GetStringAsync("/v1/runtime/routes", ct))!;
        using var answer = await http.GetAsync(
            $"/v1/runtime/changes?after={snapshot["revision"]}", HttpCompletionOption.ResponseHeadersRead, ct);
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        await using var events = SseParser.Create(stream).EnumerateAsync(ct).GetAsyncEnumerator(ct);
        var times = new Times();
        for (var i = 0; i < 100; i++)
        {
            var act = i % 2 == 0 ? "suspend" : "resume";
            var clock = Stopwatch.StartNew();
            var posting = town.Api.PostAsync($"/v1/tenants/many-{i / 2:0000}x/{act}", new { }, ct);
            do
            {
                await events.MoveNextAsync();
            }
            while (events.Current.EventType != "route");

            times.Add(clock.Elapsed);
            await posting;
        }

        return times;
    }

    private async Task<TimeSpan> ReconcileAsync(CancellationToken ct)
    {
        var started = await town.Api.PostAsync("/v1/servers/shared-1/reconcile", new { }, ct);
        JsonNode? last = null;
        await foreach (var state in town.Api.FollowAsync(started["operation"]!.GetValue<string>(), ct))
        {
            last = state;
        }

        var step = last!["steps"]![0]!;
        return step["finishedAt"]!.GetValue<DateTimeOffset>() - step["startedAt"]!.GetValue<DateTimeOffset>();
    }

    private double MemoryMegabytes()
    {
        var line = File.ReadLines($"/proc/{town.Stage.ControlPlaneProcess}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
    }

    private async Task<double> IdleAsync(CancellationToken ct)
    {
        await Task.Delay(Settling, ct);
        using var process = Process.GetProcessById(town.Stage.ControlPlaneProcess);
        var before = process.TotalProcessorTime;
        await Task.Delay(IdleTime, ct);
        process.Refresh();
        return (process.TotalProcessorTime - before) / IdleTime;
    }
}
