using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>Drops the database that the tenant has left: the old one, or the new one where it went back. Nothing is in it that the other has not.</summary>
public sealed class DropLeftPlace(ServerConnections servers, LeftMachine machine) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var id = step.Input<OfMove>().Move;
        await using var pair = await MovePair.LoadAsync(id, step, servers, ct);
        var hasReturned = pair.Move.State == MoveState.Returned;
        var (left, server, side) = hasReturned ? (pair.Target, pair.TargetServer, pair.To) : (pair.Source, pair.SourceServer, pair.From);
        if (left.State == TenantDatabaseState.Dropped)
        {
            // Its machine may be gone by now.
            return StepResult.Done;
        }

        await step.WriteAsync(async db => (await db.Databases.SingleAsync(d => d.Id == left.Id, ct)).BeginDrop(), ct);
        await side.DisposeAsync();
        await server.DropDatabaseAsync(side.Name, ct);
        await server.DropRolesAsync(side.Name, ct);
        Guid? removal = null;
        await step.WriteAsync(
            async db =>
            {
                (await db.Databases.SingleAsync(d => d.Id == left.Id, ct)).EndDrop();
                if (!hasReturned)
                {
                    (await db.Moves.SingleAsync(m => m.Id == id, ct)).End();
                }

                // Runtimes of the server that it left forget it.
                await RoutePublisher.RefreshAsync(db, step.SubjectId, ct);
                removal = await machine.RemoveAsync(db, left.ServerId, step.SubjectId, ct);
            },
            ct);
        machine.Wake(removal);
        step.Log($"{side.Place} is gone.");
        return StepResult.Done;
    }
}
