using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>Drops the database that the tenant has left again.</summary>
public sealed class DropNewPlace(ServerConnections servers, LeftMachine machine) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.Input<OfMove>().Move, step, servers, ct);
        await pair.To.DisposeAsync();
        await pair.TargetServer.DropDatabaseAsync(pair.To.Name, ct);
        await pair.TargetServer.DropRolesAsync(pair.To.Name, ct);
        Guid? removal = null;
        await step.WriteAsync(
            async db =>
            {
                (await db.Databases.SingleAsync(d => d.Id == pair.Target.Id, ct)).EndDrop();
                await db.SaveChangesAsync(ct);
                // Runtimes of the server that it left forget it.
                await RoutePublisher.RefreshAsync(db, step.SubjectId, ct);
                removal = await machine.RemoveAsync(db, pair.Target.ServerId, step.SubjectId, ct);
            },
            ct);
        machine.Wake(removal);
        return StepResult.Done;
    }
}
