using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Drops the database that the tenant has left: the old one, or the new one where it went back. Nothing is in it that the other has not.</summary>
public sealed class DropLeftPlace(ServerConnections servers, LeftMachine machine, MeetingServers meeting) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.Input<OfMove>().Move, step, servers, ct);
        var (left, side) = pair.Move.State == MoveState.Returned ? (pair.Target, pair.To) : (pair.Source, pair.From);
        // A second attempt may find its machine gone.
        if (left.State != TenantDatabaseState.Dropped)
        {
            await DropAsync(step, pair, left, side, ct);
        }

        await meeting.MeetAsync(step, [pair.Source.ServerId, pair.Target.ServerId], ct);
        return StepResult.Done;
    }

    private async Task DropAsync(StepContext step, MovePair pair, TenantDatabase left, MoveSide side, CancellationToken ct)
    {
        await step.WriteAsync(async db => (await db.Databases.SingleAsync(d => d.Id == left.Id, ct)).BeginDrop(), ct);
        await side.DropAsync(ct);
        Guid? removal = null;
        await step.WriteAsync(
            async db =>
            {
                (await db.Databases.SingleAsync(d => d.Id == left.Id, ct)).EndDrop();
                if (left == pair.Source)
                {
                    (await db.Moves.SingleAsync(m => m.Id == pair.Move.Id, ct)).End();
                }

                // Runtimes of the server that it left forget it.
                await RoutePublisher.RefreshAsync(db, step.SubjectId, ct);
                removal = await machine.RemoveAsync(db, left.ServerId, step.SubjectId, ct);
            },
            ct);
        machine.Wake(removal);
        step.Log($"{side.Place} is gone.");
    }
}
