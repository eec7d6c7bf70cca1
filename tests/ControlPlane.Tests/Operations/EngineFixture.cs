using System.Collections.Concurrent;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Support;

namespace ControlPlane.Tests.Operations;

/// <summary>The engine on a catalog of its own, with a workflow whose steps do what a test says.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    public string Catalog => database.ConnectionString;

    public NpgsqlDataSource Data { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Data = NpgsqlDataSource.Create(Catalog);
        await CatalogSchema.ApplyAsync(Catalog, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await Data.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>Another control plane on the same catalog.</summary>
    public Task<EngineNode> StartNodeAsync(Script script, int workers = 16) => EngineNode.StartAsync(Catalog, Data, script, workers);
}

/// <summary>One control plane's engine.</summary>
public sealed class EngineNode(IHost host, NpgsqlDataSource data) : IAsyncDisposable
{
    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    /// <param name="log">Hears what the engine says; null is nobody.</param>
    public static async Task<EngineNode> StartAsync(string catalog, NpgsqlDataSource data, Script script, int workers, ILoggerProvider? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddSingleton(script);
        builder.Services.AddCatalog(catalog);
        builder.Services.AddOperations(catalog, workers);
        builder.Services.RemoveAll<Chore>();
        builder.Services.AddSingleton<Workflow, ScriptedWorkflow>();
        builder.Services.AddScoped<First>().AddScoped<Second>().AddScoped<Third>();
        var host = builder.Build();
        await host.StartAsync();
        return new EngineNode(host, data);
    }

    public async Task<Operation> StartAsync()
    {
        var operation = await AddAsync();
        Get<OperationLauncher>().Wake(operation.Id);
        return operation;
    }

    /// <param name="claimed">By this node, in the transaction that adds it.</param>
    public async Task<Operation> AddAsync(bool claimed = false)
    {
        await using var db = await Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        var operation = await Get<OperationLauncher>().AddAsync<ScriptedWorkflow>(
            db, Guid.CreateVersion7(), "thing", new { }, "test", CancellationToken.None);
        if (claimed)
        {
            operation.ClaimAtBirth(Get<NodeName>(), OperationStore.Lease);
        }

        await db.SaveChangesAsync();
        return operation;
    }

    public Task CancelAsync(Guid id) => ControlAsync(OperationControl.CancelAsync, id);

    public Task RetryAsync(Guid id) => ControlAsync(OperationControl.RetryAsync, id);

    public async Task<Operation> ReadAsync(Guid id)
    {
        await using var db = await Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        return await db.Operations.AsNoTracking().SingleAsync(o => o.Id == id);
    }

    /// <summary>Name and state of each step, in order.</summary>
    public async Task<string[]> StepsAsync(Guid id)
    {
        await using var db = await Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        var steps = await db.OperationSteps.Where(s => s.OperationId == id).OrderBy(s => s.Position).ToListAsync();
        return [.. steps.Select(s => $"{s.Name}:{s.State}")];
    }

    public async Task<Operation> ReachesAsync(Guid id, OperationState state, double seconds = 20)
    {
        await Eventually.Async(async () => (await ReadAsync(id)).State == state, TimeSpan.FromSeconds(seconds), $"operation is {state}");
        return await ReadAsync(id);
    }

    public async Task SqlAsync(string sql)
    {
        await using var command = data.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task ControlAsync(Func<CatalogDb, Guid, CancellationToken, Task> change, Guid id)
    {
        await using var db = await Get<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        await change(db, id, CancellationToken.None);
        Get<OperationLauncher>().Wake(id);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}

/// <summary>What the steps do and what they did, in order.</summary>
public sealed class Script
{
    public ConcurrentQueue<string> Did { get; } = new();

    public Func<string, StepContext, CancellationToken, Task<StepResult>> Run { get; set; } = (_, _, _) => Task.FromResult(StepResult.Done);

    public Func<string, StepContext, CancellationToken, Task> Undo { get; set; } = (_, _, _) => Task.CompletedTask;
}

public sealed class ScriptedWorkflow : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(First), typeof(Second), typeof(Third)];
}

public abstract class ScriptedStep(Script script) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        script.Did.Enqueue(Name);
        return await script.Run(Name, step, ct);
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        script.Did.Enqueue($"undo {Name}");
        await script.Undo(Name, step, ct);
    }
}

public sealed class First(Script script) : ScriptedStep(script);

public sealed class Second(Script script) : ScriptedStep(script)
{
    public override TimeSpan Deadline => TimeSpan.FromMilliseconds(50);
}

public sealed class Third(Script script) : ScriptedStep(script);
