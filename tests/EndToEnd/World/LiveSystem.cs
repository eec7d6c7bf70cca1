using System.Diagnostics;
using Npgsql;
using Support;

namespace EndToEnd.World;

/// <summary>
/// Everything as people run it: PostgreSQL for the catalog, PostgreSQL for tenants, one or more control planes; all of them
/// processes that can be killed, frozen and restarted.
/// </summary>
public sealed class LiveSystem : IAsyncDisposable
{
    public const string Region = "here";
    public const string ServerName = "shared-1";
    public const string SecondServerName = "shared-2";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-endtoend-");
    private readonly List<Actor> actors = [];
    private Actor first = null!;
    private TestCluster? second;

    private readonly string migrations;
    private readonly IReadOnlyDictionary<string, string> settings;

    private LiveSystem(TestCluster catalog, TestCluster server, string migrations, IReadOnlyDictionary<string, string>? settings) =>
        (Catalog, Server, this.migrations, this.settings) = (catalog, server, migrations, settings ?? new Dictionary<string, string>(StringComparer.Ordinal));

    public TestCluster Catalog { get; }

    public TestCluster Server { get; }

    /// <summary>To the first control plane, whichever process that is now.</summary>
    public Api Api { get; private set; } = null!;

    public Actor ControlPlane => first;

    private string CatalogConnection => new NpgsqlConnectionStringBuilder(Catalog.ConnectionString) { Database = "catalog", Pooling = false }.ConnectionString;

    private string PooledCatalogConnection => new NpgsqlConnectionStringBuilder(CatalogConnection) { Pooling = true, MaxPoolSize = 8 }.ConnectionString;

    /// <summary>Holds the first admin's key.</summary>
    public string KeyFile => Path.Combine(Data, "admin.key");

    /// <summary>What only the control plane may know.</summary>
    public IReadOnlyList<string> Secrets =>
    [
        .. Directory.GetFiles(Data, "*.key").Concat(Directory.GetFiles(Path.Combine(Data, "keys"))).SelectMany(File.ReadAllLines).Where(l => l.Length > 20),
        new NpgsqlConnectionStringBuilder(Catalog.ConnectionString).Password!,
        new NpgsqlConnectionStringBuilder(Server.ConnectionString).Password!,
    ];

    private Dictionary<string, string> Servers
    {
        get
        {
            var servers = new Dictionary<string, string>(StringComparer.Ordinal) { [ServerName] = Server.ConnectionString };
            if (second is not null)
            {
                servers.Add(SecondServerName, second.ConnectionString);
            }

            return servers;
        }
    }

    private string Data => Path.Combine(folder.FullName, "data");

    /// <summary>Starts it with one control plane and one server for tenants.</summary>
    /// <param name="migrations">The application's; null are those of the sample.</param>
    /// <param name="settings">Further ones of every control plane.</param>
    public static async Task<LiveSystem> StartAsync(int warm = 0, int maxDatabases = 1000, string? migrations = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var clusters = await Task.WhenAll(TestCluster.StartAsync(), TestCluster.StartAsync());
        var system = new LiveSystem(clusters[0], clusters[1], migrations ?? Programs.Crm, settings);
        await RunAsync(system.Catalog.ConnectionString, "create database catalog");
        await system.StartControlPlaneAsync();
        system.Api = new Api(() => system.first.Address, (await File.ReadAllTextAsync(system.KeyFile)).Trim());
        await system.RegisterAsync(ServerName, Region, system.Server, maxDatabases, warm);
        return system;
    }

    /// <summary>Another server for tenants; by default in a region where none is placed by itself.</summary>
    public async Task<TestCluster> AddServerAsync(string region = "there")
    {
        second = await TestCluster.StartAsync();
        await RegisterAsync(SecondServerName, region, second, maxDatabases: 1000, warm: 0);
        return second;
    }

    /// <summary>Starts the first control plane, or starts it again where it was.</summary>
    public async Task StartControlPlaneAsync() => first = await StartActorAsync(Programs.ControlPlane, ControlPlaneSettings(), first?.Address);

    /// <summary>Another control plane on the same catalog.</summary>
    public Task<Actor> StartAnotherAsync() => StartActorAsync(Programs.ControlPlane, ControlPlaneSettings());

    /// <summary>The tenant application, which learns its routes from the first control plane.</summary>
    /// <param name="at">Where an earlier one was.</param>
    public async Task<Crm> StartCrmAsync(Uri? at = null) => new(await StartActorAsync(
        Programs.Crm,
        new()
        {
            ["TenantRuntime__ControlPlane"] = first.Address.ToString(),
            ["TenantRuntime__Key"] = await RuntimeKeyAsync(),
            ["TenantRuntime__BaseDomain"] = "localhost",
        },
        at));

    /// <summary>Any other application of tenants.</summary>
    public async Task<Crm> StartApplicationAsync(string dll, Dictionary<string, string> settings) => new(await StartActorAsync(dll, settings));

    /// <summary>A new key for a runtime.</summary>
    public async Task<string> RuntimeKeyAsync() =>
        (string)(await Api.PostAsync("/v1/keys", new { name = $"crm-{Guid.CreateVersion7():N}"[..20], role = "runtime" })).Expect(201).Body["key"]!;

    /// <summary>Asks for a tenant until that is accepted.</summary>
    /// <param name="at">The control plane to ask; the first one when it is null or does not answer.</param>
    public Task<Answer> AskAsync(string slug, string plan = "starter", Actor? at = null) =>
        Api.PostUntilAnsweredAsync("/v1/tenants", new { slug, plan, region = Region }, at?.Address);

    /// <summary>A tenant that is served.</summary>
    public async Task OnboardAsync(string slug) => await DoneAsync((await AskAsync(slug)).Expect(202).Operation);

    /// <summary>Waits for an operation that must succeed.</summary>
    public async Task DoneAsync(Guid operation) => (await EndAsync(operation)).ShouldBe("done");

    /// <summary>Waits for the end of an operation; answers its state.</summary>
    /// <param name="limit">Null is two minutes.</param>
    public async Task<string> EndAsync(Guid operation, TimeSpan? limit = null)
    {
        var state = "";
        await Eventually.Async(
            async () =>
            {
                state = await ScalarAsync<string>($"select state from operations where id = '{operation}'");
                return state is "done" or "undone" or "cancelled" or "needs_operator";
            },
            limit ?? TimeSpan.FromMinutes(2),
            $"operation {operation} ends");
        return state;
    }

    /// <summary>Waits until so many operations are done.</summary>
    public Task UntilDoneAsync(long count, TimeSpan limit) => Eventually.Async(
        async () => await ScalarAsync<long>("select count(*) from operations where state = 'done' and workflow = 'TenantOnboarding'") >= count,
        limit,
        $"{count} onboardings are done");

    /// <summary>Waits until an onboarding is between its first step and its last.</summary>
    /// <param name="node">Part of the name of the node that must be at work on it.</param>
    public async Task UntilInTheMiddleAsync(string node = "")
    {
        var left = Stopwatch.StartNew();
        while (await ScalarAsync<long>($"select count(*) from operations where state = 'running' and step > 1 and node like '%{node}%' and lease_until > now()") == 0)
        {
            if (first.HasExited || left.Elapsed > TimeSpan.FromMinutes(1))
            {
                var operations = await RowsAsync<string>("select format('%s %s at step %s', count(*), state, step) from operations group by state, step");
                throw new TimeoutException(
                    $"No onboarding is in the middle: {string.Join(", ", operations)}. The control plane {(first.HasExited ? "has ended" : "runs")}; it said:{Environment.NewLine}{string.Join(Environment.NewLine, first.Said.TakeLast(30))}");
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>Waits until nothing is under way any more, and lets the oracle look.</summary>
    public Task UntilCleanAsync(TimeSpan limit) => Oracle.UntilCleanAsync(CatalogConnection, Servers, limit, Path.Combine(Data, "dumps"));

    /// <summary>What the oracle finds now.</summary>
    public Task<IReadOnlyList<string>> LookAsync() => Oracle.LookAsync(CatalogConnection, Servers, Path.Combine(Data, "dumps"));

    public async Task<T> ScalarAsync<T>(string sql) => (await RowsAsync<T>(sql)).Single();

    /// <summary>The first column of each row, from the catalog.</summary>
    public async Task<IReadOnlyList<T>> RowsAsync<T>(string sql)
    {
        try
        {
            return await ReadAsync<T>(sql);
        }
        catch (NpgsqlException e) when (e is not PostgresException { SqlState: not (PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown) })
        {
            // The pooled connection was from before the catalog was stopped or killed.
            ForgetConnections();
            return await ReadAsync<T>(sql);
        }
    }

    public async Task<NpgsqlConnection> OpenCatalogAsync()
    {
        var connection = new NpgsqlConnection(CatalogConnection);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var actor in actors)
        {
            await actor.DisposeAsync();
        }

        Api.Dispose();
        ForgetConnections();
        await Catalog.DisposeAsync();
        await Server.DisposeAsync();
        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
        folder.Delete(recursive: true);
    }

    // Conditions ask many times a second. A login for each would take most of the machine.
    private async Task<IReadOnlyList<T>> ReadAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(PooledCatalogConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetFieldValue<T>(0));
        }

        return rows;
    }

    private void ForgetConnections()
    {
        using var any = new NpgsqlConnection(PooledCatalogConnection);
        NpgsqlConnection.ClearPool(any);
    }

    private async Task RegisterAsync(string name, string region, TestCluster cluster, int maxDatabases, int warm) =>
        (await Api.PostAsync("/v1/servers", new { name, region, adminConnection = cluster.ConnectionString, maxDatabases, warmTarget = warm })).Expect(201);

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Actor> StartActorAsync(string dll, Dictionary<string, string> settings, Uri? at = null)
    {
        var actor = await Actor.StartAsync(dll, settings, at);
        actors.Add(actor);
        return actor;
    }

    private Dictionary<string, string> ControlPlaneSettings() => new(settings, StringComparer.Ordinal)
    {
        ["ControlPlane__Catalog"] = new NpgsqlConnectionStringBuilder(Catalog.ConnectionString) { Database = "catalog" }.ConnectionString,
        ["ControlPlane__Data"] = Data,
        ["ControlPlane__Migrations"] = migrations,
    };
}
