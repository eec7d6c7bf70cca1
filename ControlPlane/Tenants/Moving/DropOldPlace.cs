using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>Drops the database that the tenant had before; it held nothing that the new one does not hold.</summary>
public sealed class DropOldPlace(ServerConnections servers, LeftMachine machine) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var id = step.Input<OfMove>().Move;
        await using var pair = await MovePair.LoadAsync(id, step, servers, ct);
        await step.WriteAsync(async db => (await db.Databases.SingleAsync(d => d.Id == pair.Source.Id, ct)).BeginDrop(), ct);
        await pair.From.DisposeAsync();
        await pair.SourceServer.DropDatabaseAsync(pair.From.Name, ct);
        await pair.SourceServer.DropRolesAsync(pair.From.Name, ct);
        Guid? removal = null;
        await step.WriteAsync(
            async db =>
            {
                (await db.Databases.SingleAsync(d => d.Id == pair.Source.Id, ct)).EndDrop();
                (await db.Moves.SingleAsync(m => m.Id == id, ct)).End();
                await db.SaveChangesAsync(ct);
                // Runtimes of the server that it left forget it.
                await RoutePublisher.RefreshAsync(db, step.SubjectId, ct);
                removal = await machine.RemoveAsync(db, pair.Source.ServerId, step.SubjectId, ct);
            },
            ct);
        machine.Wake(removal);
        step.Log($"{pair.From.Place} is gone.");
        return StepResult.Done;
    }
}
