using ControlPlane.Access;
using ControlPlane.Access.Pipeline;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>
/// Starts operations out of a command's handler. One exists when the command's transaction commits; where this node has a free
/// worker it is that worker's already then, and begun without another word to the catalog.
/// </summary>
public sealed class OperationStart(CatalogDb db, OperationLauncher launcher, OperationHands hands, NodeName node, AfterCommit after, Caller caller)
{
    /// <summary>Answers the operation's id.</summary>
    /// <param name="input">What was asked for; stored as JSON, so never a secret.</param>
    public async Task<Guid> OfAsync<TWorkflow>(Guid subjectId, string subject, object input, CancellationToken ct)
        where TWorkflow : Workflow
    {
        var operation = await launcher.AddAsync<TWorkflow>(db, subjectId, subject, input, caller.Name, ct);
        if (hands.TryReserve() is not { } hand)
        {
            after.Add(() => launcher.Wake(operation.Id));
            return operation.Id;
        }

        operation.ClaimAtBirth(node, OperationStore.Lease);
        after.Add(Begin, otherwise: hand.Dispose);
        return operation.Id;

        void Begin()
        {
            // It is the worker's from here on.
            db.Entry(operation).State = EntityState.Detached;
            hand.Run(operation);
        }
    }
}
