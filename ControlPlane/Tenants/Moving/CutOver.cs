using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Start;

namespace ControlPlane.Tenants.Moving;

/// <summary>From the end of this step on the tenant lives in the new place. A cut that does not succeed at once is taken back and tried again.</summary>
public sealed class CutOver(ServerConnections servers, Cut cut, MoveSnapshots snapshots, ControlPlaneSettings settings) : Step
{
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(2);

    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        if (pair.Move.State == MoveState.Soaking)
        {
            return StepResult.Done;
        }

        var soak = step.Input<TenantMove.Request>().Soak ?? settings.Moves.Soak;
        var snapshot = await MoveSnapshot.OpenAsync(pair, ct);
        await snapshots.KeepAsync(step.OperationId, snapshot);
        var obstacle = await cut.RunAsync(step, pair.Move.Id, pair.From, pair.To, db => MoveFlip.ToTargetAsync(db, pair, soak, ct), snapshot.TakeAsync, ct);
        if (obstacle is null)
        {
            return StepResult.Done;
        }

        step.Log(obstacle);
        return StepResult.WaitFor(NextTry, obstacle);
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await snapshots.DropAsync(step.OperationId);
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is { Move.State: MoveState.Preparing } && await pair.From.IsThereAsync(ct))
        {
            await cut.ReopenAsync(step, pair.From, ct);
        }
    }
}
