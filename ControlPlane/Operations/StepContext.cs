using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>What a step sees of its operation, and its only way to write to the catalog.</summary>
public sealed class StepContext(Operation operation, Step step, IDbContextFactory<CatalogDb> catalogs)
{
    private const string Said = "said";

    private readonly ConcurrentQueue<string> lines = new();

    public Guid OperationId => operation.Id;

    /// <summary>Grows with each worker that takes the operation over; for acts outside the catalog that a worker before must not do any more.</summary>
    public long Epoch => operation.Epoch;

    /// <summary>Id of the tenant, database or server that this is about.</summary>
    public Guid SubjectId => operation.SubjectId;

    public string Subject => operation.Subject;

    public string RequestedBy => operation.RequestedBy;

    public DateTimeOffset RequestedAt => operation.CreatedAt;

    /// <summary>What steps leave for later ones; stored when a step ends. Never a secret.</summary>
    public JsonObject Memory { get; } = JsonNode.Parse(operation.Memory)!.AsObject();

    internal string StepName => step.Name;

    internal bool PassedPointOfNoReturn { get; private set; }

    /// <summary>What was asked for.</summary>
    public T Input<T>() => JsonSerializer.Deserialize<T>(operation.Input, JsonSerializerOptions.Web)!;

    /// <summary>Says a line to whoever watches the operation. Never a secret.</summary>
    public void Log(string line) => lines.Enqueue(line);

    /// <summary>Says a line unless it was the last that was said so: of a step that looks again and again.</summary>
    public void LogNew(string line)
    {
        if ((string?)Memory[Said] != line)
        {
            Memory[Said] = line;
            Log(line);
        }
    }

    /// <summary>Reads from the catalog; changes made to what it returns are not saved.</summary>
    public async Task<T> ReadAsync<T>(Func<CatalogDb, Task<T>> read, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(db);
    }

    /// <summary>
    /// Changes the catalog in one transaction that counts only while this worker still owns the operation.
    /// </summary>
    /// <exception cref="LeaseLostException">Another worker has taken over; nothing was changed.</exception>
    public async Task WriteAsync(Func<CatalogDb, Task> change, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await OperationFence.HoldAsync(db, operation.Id, operation.Epoch, ct);
        var passed = PassedPointOfNoReturn;
        try
        {
            await change(db);
            await db.SaveChangesAsync(ct);
        }
        catch
        {
            PassedPointOfNoReturn = passed;
            throw;
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>
    /// From here on the operation only goes forward. Call it inside <see cref="WriteAsync"/>, in the transaction that makes
    /// the result visible.
    /// </summary>
    public async Task PassPointOfNoReturnAsync(CatalogDb db, CancellationToken ct)
    {
        await db.Operations.Where(o => o.Id == operation.Id).ExecuteUpdateAsync(o => o.SetProperty(p => p.Undoable, false), ct);
        PassedPointOfNoReturn = true;
    }

    internal string[] TakeLines()
    {
        var taken = new List<string>();
        while (lines.TryDequeue(out var line))
        {
            taken.Add(line);
        }

        return [.. taken];
    }
}
