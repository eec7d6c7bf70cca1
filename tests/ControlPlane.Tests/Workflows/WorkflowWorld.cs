using System.Diagnostics;
using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using ControlPlane.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Provisioner.Local;
using Support;

namespace ControlPlane.Tests.Workflows;

/// <summary>
/// A catalog, a PostgreSQL server for tenants and the engine with all real workflows. Nothing runs by itself: a test runs an
/// operation as a worker would, and says what goes wrong around its steps.
/// </summary>
public sealed partial class WorkflowWorld : IAsyncLifetime
{
    public const string Region = "here";

    private const string ServerName = "shared-1";
    private static readonly Mishap None = (_, effect) => effect();
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly TestDatabase catalog = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-workflows-");
    private TestCluster cluster = null!;
    private TestCluster? second;
    private IHost host = null!;
    private (string Name, string Value)[] furtherSettings = [];
    private Action<IServiceCollection> further = _ => { };

    /// <summary>What goes wrong; nothing by default.</summary>
    public Mishap Mishap { get; set; } = None;

    public Guid Server { get; } = Guid.CreateVersion7();

    private Guid SecondServer { get; } = Guid.CreateVersion7();

    public string DumpsFolder => Get<ControlPlaneSettings>().DumpsFolder;

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        await catalog.InitializeAsync();
        cluster = await TestCluster.StartAsync();
        await CatalogSchema.ApplyAsync(catalog.ConnectionString, CancellationToken.None);
        host = await BuildAsync();
        await Get<Jobs>().PrepareAsync(CancellationToken.None);
        await RegisterAsync(Server, ServerName, Region, cluster);
    }

    /// <summary>A server in another region, where nobody is placed by itself.</summary>
    public async Task<Guid> SecondServerAsync()
    {
        if (second is null)
        {
            second = await TestCluster.StartAsync();
            await RegisterAsync(SecondServer, "shared-2", "there", second);
        }

        return SecondServer;
    }

    /// <summary>One more, that a test may do away with.</summary>
    public async Task<Guid> AddServerAsync(string name, TestCluster running)
    {
        var id = Guid.CreateVersion7();
        await RegisterAsync(id, name, "elsewhere", running);
        return id;
    }

    public async Task DisposeAsync()
    {
        foreach (var machine in await ReadAsync(db => db.Machines.ToListAsync()))
        {
            await Get<IMachineProvider>().RemoveAsync(machine, _ => { }, CancellationToken.None);
        }

        host.Dispose();
        await cluster.DisposeAsync();
        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
        await catalog.DisposeAsync();
        folder.Delete(recursive: true);
    }

    public async Task<Guid> AddAsync<TWorkflow>(Guid subject, string name, object input)
        where TWorkflow : Workflow
    {
        await using var db = await OpenCatalogAsync();
        var operation = await Get<OperationLauncher>().AddAsync<TWorkflow>(db, subject, name, input, "test", CancellationToken.None);
        await db.SaveChangesAsync();
        return operation.Id;
    }

    /// <summary>Runs the operation, by one worker after the other, until it has ended or stops for an operator.</summary>
    public async Task<Operation> RunAsync(Guid id)
    {
        var (runner, limit) = (Get<OperationRunner>(), Stopwatch.StartNew());
        var operation = await ReadAsync(db => db.Operations.SingleAsync(o => o.Id == id));
        await Eventually.Async(
            async () =>
            {
                await runner.RunAsync(id, CancellationToken.None);
                operation = await ReadAsync(db => db.Operations.SingleAsync(o => o.Id == id));
                if (operation.State == OperationState.Waiting)
                {
                    await ChangeAsync(db => db.Database.ExecuteSqlAsync($"update operations set wake_at = now() where id = {id}"));
                }

                if (operation.FinishedAt is null && limit.Elapsed > Limit)
                {
                    throw new TimeoutException($"{operation.Workflow} did not end within {Limit.TotalSeconds:0} s: {operation.State} at step {operation.Step}, {operation.Status} {operation.Error}");
                }

                return operation.FinishedAt is not null || operation.State == OperationState.NeedsOperator;
            },
            Limit * 2,
            "the operation ends");
        return operation;
    }

    /// <summary>Takes the operation from whoever works on it, as a node does that believes the worker to be dead.</summary>
    public Task TakeAwayAsync(Guid operation) =>
        ChangeAsync(db => db.Database.ExecuteSqlAsync($"update operations set epoch = epoch + 1, lease_until = null where id = {operation}"));

    public Task CancelAsync(Guid operation) => ChangeAsync(db => OperationControl.CancelAsync(db, operation, CancellationToken.None));

    public Task RetryAsync(Guid operation) => ChangeAsync(db => OperationControl.RetryAsync(db, operation, CancellationToken.None));

    public Task<Tenant> TenantAsync(Guid id) => ReadAsync(db => db.Tenants.SingleAsync(t => t.Id == id));

    /// <summary>The control plane is replaced by one that knows a further migration of the application.</summary>
    /// <param name="version">Newer than those before.</param>
    /// <param name="down">Takes it back; null is none.</param>
    public async Task ReleaseAsync(string version, string sql, string? down = null)
    {
        if (down is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "migrations", $"{version}_change.down.sql"), down);
        }

        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "migrations", $"{version}_change.sql"), sql);
        await RestartAsync();
    }

    /// <summary>The control plane is replaced by one with further settings and services.</summary>
    public Task ExtendAsync((string Name, string Value)[] settings, Action<IServiceCollection> services)
    {
        (furtherSettings, further) = (settings, services);
        return RestartAsync();
    }

    /// <summary>Name of the tenant's database on the server.</summary>
    public Task<string> DatabaseOfAsync(Guid tenant) => ReadAsync(db =>
        db.Databases.Where(d => db.Tenants.Any(t => t.Id == tenant && t.DatabaseId == d.Id)).Select(d => d.Name).SingleAsync());

    /// <summary>What the oracle finds.</summary>
    public async Task<IReadOnlyList<string>> LookAsync()
    {
        var servers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, name) in await ReadAsync(db => db.Servers.Where(s => s.State != ServerState.Removed).Select(s => new ValueTuple<Guid, string>(s.Id, s.Name)).ToListAsync()))
        {
            servers[name] = await Get<ServerConnections>().ReadAdminConnectionAsync(id, CancellationToken.None);
        }

        return await LookAsync(servers);
    }

    public Task<IReadOnlyList<string>> LookAsync(Dictionary<string, string> servers) => Oracle.LookAsync(catalog.ConnectionString, servers, DumpsFolder);

    public Task<CatalogDb> OpenCatalogAsync() => Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();

    public async Task<T> ReadAsync<T>(Func<CatalogDb, Task<T>> read)
    {
        await using var db = await OpenCatalogAsync();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(db);
    }

    public Task ExecuteAsync(string sql) => catalog.ExecuteAsync(sql);

    /// <summary>The first column of the first row, from a database on the tenants' server; as its superuser.</summary>
    public async Task<object?> OnServerAsync(string sql, string database = "postgres")
    {
        await using var connection = await OpenOnServerAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The same, from a database on the second server.</summary>
    public async Task<object?> OnSecondAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(second!.ConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A session on the tenants' server, as its superuser.</summary>
    public async Task<NpgsqlConnection> OpenOnServerAsync(string database)
    {
        var address = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database, Pooling = false };
        var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private Task RegisterAsync(Guid id, string name, string region, TestCluster running)
    {
        var address = new NpgsqlConnectionStringBuilder(running.ConnectionString);
        return ChangeAsync(db => db.Servers.Add(new Server
        {
            Id = id,
            Name = name,
            Region = region,
            Tier = Tier.Shared,
            Host = address.Host!,
            Port = address.Port,
            AdminSecret = Get<SecretBox>().Protect(address.ConnectionString, SecretPlaces.ServerAdmin(id)),
            MaxDatabases = 1000,
            MaxConnections = 100,
            WarmTarget = 0,
        }));
    }

    private Task ChangeAsync(Action<CatalogDb> change) => ChangeAsync(db =>
    {
        change(db);
        return Task.CompletedTask;
    });

    private async Task ChangeAsync(Func<CatalogDb, Task> change)
    {
        await using var db = await OpenCatalogAsync();
        await change(db);
        await db.SaveChangesAsync();
    }

    private async Task RestartAsync()
    {
        host.Dispose();
        host = await BuildAsync();
        await Get<Jobs>().PrepareAsync(CancellationToken.None);
    }

    private async Task<IHost> BuildAsync()
    {
        var migrations = folder.CreateSubdirectory("migrations").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(migrations, "20260101000000_notes.sql"), "create table notes (id bigint generated always as identity primary key, text text not null);");
        var settings = new ControlPlaneSettings { Data = folder.FullName, Migrations = migrations };
        KeyRing.EnsureFirstKey(settings.KeysFolder, TimeProvider.System);

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(furtherSettings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.Services.AddSingleton(settings)
            .AddSingleton(ClusterProfile.Throwaway(maxConnections: 100))
            .AddSingleton(await KnownMigrations.NoteAsync(catalog.ConnectionString, ApplicationSchema.Read(migrations), CancellationToken.None))
            .AddSingleton(await Installation.ReadAsync(catalog.ConnectionString, CancellationToken.None))
            .AddSingleton(new KeyRing(settings.KeysFolder, TimeProvider.System))
            .AddSingleton<SecretBox>()
            .AddCatalog(catalog.ConnectionString)
            .AddOperations(catalog.ConnectionString, workers: 16)
            .AddServers(settings.Machines).AddTenants().AddRuntimes().AddFleet().AddCertificates(builder.Configuration);
        further(builder.Services);
        foreach (var step in builder.Services.Select(s => s.ServiceType).Where(t => t.IsSubclassOf(typeof(Step))).ToList())
        {
            builder.Services.Replace(ServiceDescriptor.Scoped(
                step, services => new StepUnderFault((Step)ActivatorUtilities.CreateInstance(services, step), this)));
        }

        return builder.Build();
    }
}
