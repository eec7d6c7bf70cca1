using System.Text.Json;
using ControlPlane.Catalog;

namespace ControlPlane.Operations;

/// <summary>Starts operations: a row in the caller's own transaction, and a wake-up once that is committed.</summary>
public sealed class OperationLauncher(Workflows workflows, OperationHands hands)
{
    /// <summary>Adds an operation to <paramref name="db"/>; it exists when the caller's transaction commits.</summary>
    /// <param name="input">What was asked for; stored as JSON, so never a secret.</param>
    public async Task<Operation> AddAsync<TWorkflow>(
        CatalogDb db, Guid subjectId, string subject, object input, string requestedBy, CancellationToken ct)
        where TWorkflow : Workflow
    {
        var workflow = workflows.Named(typeof(TWorkflow).Name);
        var now = await db.NowAsync(ct);
        var operation = new Operation
        {
            Workflow = workflow.Name,
            SubjectId = subjectId,
            Subject = subject,
            Undoable = workflow.Undoable,
            Deadline = now + workflow.Deadline,
            WakeAt = now,
            CreatedAt = now,
            Input = JsonSerializer.Serialize(input, JsonSerializerOptions.Web),
            RequestedBy = requestedBy,
        };
        db.Operations.Add(operation);
        return operation;
    }

    /// <summary>
    /// Call after the commit of what starts, cancels or retries an operation. If the process dies before, the sweeper finds it.
    /// </summary>
    public void Wake(Guid operation) => hands.Start(operation);
}
