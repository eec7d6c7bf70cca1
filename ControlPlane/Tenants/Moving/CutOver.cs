using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

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
        var obstacle = await cut.RunAsync(step, pair.From, pair.To, snapshot.TakeAsync, FlipAsync, ct);
        if (obstacle is null)
        {
            return StepResult.Done;
        }

        step.Log(obstacle);
        return StepResult.WaitFor(NextTry, obstacle);

        // In few round trips: nobody can write meanwhile.
        Task FlipAsync(CatalogDb db, CutTimes times) =>
            db.Database.ExecuteSqlAsync(
                $"""
                update tenant_databases set state = 'retained' where id = {pair.Source.Id} and state = 'assigned';
                update tenant_databases set state = 'assigned', schema_version = {pair.Source.SchemaVersion}, bytes = {pair.Source.Bytes} where id = {pair.Target.Id} and state = 'creating';
                update tenants set database_id = {pair.Target.Id}, tier = (select s.tier from servers s where s.id = {pair.Target.ServerId}) where id = {step.SubjectId};
                update moves set state = 'soaking', flipped_at = now(), soak_until = now() + {soak}, way_back_from = {times.WayBack},
                  blocked_milliseconds = {times.Blocked.TotalMilliseconds}, held_milliseconds = {times.Held.TotalMilliseconds} where id = {step.OperationId} and state = 'preparing'
                """,
                ct);
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is { Move.State: MoveState.Preparing } && await pair.SourceServer.HasDatabaseAsync(pair.From.Name, ct))
        {
            await cut.ReopenAsync(step, pair.From, ct);
        }
    }
}
