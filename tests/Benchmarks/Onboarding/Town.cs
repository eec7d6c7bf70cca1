using System.Net;
using System.Net.Sockets;
using Npgsql;
using Tour;

namespace Benchmarks.Onboarding;

/// <summary>The product as a user runs it: its processes, durable PostgreSQL, the CRM; in a folder of its own, removed at the end.</summary>
public sealed class Town : IAsyncDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"controlplane-bench-{Guid.CreateVersion7():N}");
    private readonly int warm;
    private readonly Dictionary<string, string> further;
    private Stage? stage;
    private bool isServing;

    /// <param name="warm">Warm databases that are kept ready.</param>
    /// <param name="settings">Further ones of the control plane.</param>
    public Town(int warm = 0, Dictionary<string, string>? settings = null)
    {
        this.warm = warm;
        further = settings ?? [];
    }

    public Stage Stage => stage!;

    public Api Api { get; private set; } = null!;

    public Customers Customers { get; private set; } = null!;

    /// <summary>Connection string of the server that tenants are on, as its superuser.</summary>
    public string Server => Connection("shared-1", "postgres");

    public string Catalog => Connection("catalog", "catalog");

    public string RuntimeKey => File.ReadAllText(Path.Combine(folder, "crm.key")).Trim();

    /// <summary>Folder of the keys that secrets in the catalog are encrypted with.</summary>
    public string Keys => Path.Combine(folder, "keys");

    /// <summary>Starts the control plane with its PostgreSQL; later calls do nothing.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        if (stage is not null)
        {
            return;
        }

        var options = new TourOptions(Exit: true, folder, FreePort(), FreePort());
        stage = new Stage(options, new Dictionary<string, string>(further, StringComparer.Ordinal)
        {
            ["ControlPlane__EmbeddedWarm"] = $"{warm}",
            ["ControlPlane__EmbeddedCapacity"] = "20000",
            ["ControlPlane__Limits__PerKey"] = "100000",
            ["ControlPlane__Limits__PerAddress"] = "100000",
            ["Crm__SampleData"] = "false",
        });
        Customers = new Customers(options.ApplicationPort);
        Api = await stage.StartControlPlaneAsync(ct);
    }

    /// <summary>Starts the tenant application; later calls do nothing.</summary>
    public async Task StartApplicationAsync(CancellationToken ct)
    {
        if (!isServing)
        {
            isServing = true;
            await Stage.StartApplicationAsync(Api, ct);
        }
    }

    public async Task<Api> RestartControlPlaneAsync(CancellationToken ct) => Api = await Stage.StartControlPlaneAsync(ct);

    /// <summary>Runs statements on the tenants' server, as its superuser.</summary>
    public static async Task ExecuteAsync(NpgsqlDataSource server, string sql, CancellationToken ct)
    {
        await using var command = server.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Waits for the end of an operation that was accepted.</summary>
    public async Task EndAsync(System.Text.Json.Nodes.JsonNode accepted, CancellationToken ct)
    {
        await foreach (var _ in Api.FollowAsync(accepted["operation"]!.GetValue<string>(), ct))
        {
            // Only its end matters here.
        }
    }

    /// <summary>Waits until no operation is under way.</summary>
    public async Task RestAsync(CancellationToken ct)
    {
        while ((await Api.GetAsync("/v1/operations?live=true&limit=1", ct))!["items"]!.AsArray().Count > 0)
        {
            await Task.Delay(20, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stage is null)
        {
            return;
        }

        Customers.Dispose();
        await stage.DisposeAsync();
        foreach (var link in Directory.EnumerateFileSystemEntries(Path.Combine(folder, "postgres")))
        {
            if (new DirectoryInfo(link).LinkTarget is { } target)
            {
                Directory.Delete(target, recursive: true);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Connection(string cluster, string database)
    {
        var home = Path.Combine(folder, "postgres", cluster);
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse(File.ReadLines(Path.Combine(home, "data", "postmaster.pid")).ElementAt(3), System.Globalization.CultureInfo.InvariantCulture),
            Username = "controlplane",
            Password = File.ReadAllText(Path.Combine(home, "superuser.password")),
            Database = database,
        }.ConnectionString;
    }
}
