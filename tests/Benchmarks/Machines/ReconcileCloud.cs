using System.Diagnostics;
using Benchmarks.Onboarding;
using HetznerSimulator;
using Npgsql;
using Provisioner;
using Tour;

namespace Benchmarks.Machines;

/// <summary>10,000 servers at the provider, all of them in the catalog: the whole comparison, within the provider's rate limit.</summary>
public sealed class ReconcileCloud : IBenchmark
{
    private const int Servers = 10_000;

    public string Name => "reconcile-10k";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await using var cloud = await Simulator.StartAsync(new SimulatorOptions { ValidateRequests = false }, ct);
        await using var town = new Town(settings: new(StringComparer.Ordinal)
        {
            ["Hetzner__Token"] = cloud.Token,
            ["Hetzner__Endpoint"] = cloud.Address.ToString(),
            ["Machines__Egress"] = "127.0.0.1/32",
            ["Machines__ControlPlane"] = "http://127.0.0.1:5080",
            ["Machines__Playbooks"] = Path.Combine(Stage.Root, "ansible"),
        });
        await town.StartAsync(ct);
        await using var catalog = NpgsqlDataSource.Create(town.Catalog);
        // Makes the firewall that all of them have.
        await town.EndAsync(await town.Api.PostAsync("/v1/cloud/reconcile", new { }, ct), ct);
        await SeedAsync(cloud, catalog, ct);

        cloud.Calls.Clear();
        var clock = Stopwatch.StartNew();
        await town.EndAsync(await town.Api.PostAsync("/v1/cloud/reconcile", new { }, ct), ct);
        var took = clock.Elapsed;
        await using var findings = catalog.CreateCommand("select count(*) from findings where kind like 'cloud%' or kind like 'machine%'");
        if ((long)(await findings.ExecuteScalarAsync(ct))! is not 0 and var wrong)
        {
            throw new InvalidOperationException($"{wrong} findings where nothing differs.");
        }

        using var process = Process.GetProcessById(town.Stage.ControlPlaneProcess);
        return
        [
            BenchmarkLine.AtMost(Name, took.TotalSeconds, 10, "s"),
            BenchmarkLine.AtMost($"{Name}-calls", cloud.Calls.Count(), 3600, ""),
            BenchmarkLine.AtMost($"{Name}-memory", process.WorkingSet64 / 1e6, 300, "MB"),
        ];
    }

    private static async Task SeedAsync(Simulator cloud, NpgsqlDataSource catalog, CancellationToken ct)
    {
        await using var read = catalog.CreateCommand("select id from installation");
        var installation = ((Guid)(await read.ExecuteScalarAsync(ct))!).ToString("N");
        cloud.AddServers(Servers, "seed", new Dictionary<string, string>(StringComparer.Ordinal));
        var rows = new List<(Guid Id, long Cloud, string Name, string Address)>();
        cloud.Change(c =>
        {
            foreach (var server in c.Servers.All)
            {
                var id = Guid.CreateVersion7();
                server.Labels = new Ownership(installation, id).Labels;
                server.DeleteProtected = true;
                c.Firewalls.All.Single().ServerIds.Add(server.Id);
                rows.Add((id, server.Id, server.Name, server.Ipv4!.Address.ToString()));
            }
        });
        await using var add = catalog.CreateCommand("""
            with k as (insert into api_keys (id, name, prefix, hash, role, created_by) values (gen_random_uuid(), 'seed', 'seedseed', sha256('seed'), 'runtime', 'bench') returning id)
            insert into machines (id, name, tier, state, choices, cloud_id, server_type, location, address, database_secret, runtime_key_id, runtime_key_secret)
            select s.id, s.name, 'dedicated', 'ready', '{cx23@fsn1}', s.cloud, 'cx23', 'fsn1', s.address, '', k.id, ''
            from k, unnest(@ids, @clouds, @names, @addresses) s (id, cloud, name, address)
            """);
        add.Parameters.AddWithValue("ids", rows.Select(r => r.Id).ToArray());
        add.Parameters.AddWithValue("clouds", rows.Select(r => r.Cloud).ToArray());
        add.Parameters.AddWithValue("names", rows.Select(r => r.Name).ToArray());
        add.Parameters.AddWithValue("addresses", rows.Select(r => r.Address).ToArray());
        await add.ExecuteNonQueryAsync(ct);
    }
}
