using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>From the end of this step on the tenant lives in the old place again.</summary>
public sealed class CutBack(ServerConnections servers, Cut cut) : Step
{
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(2);

    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var id = step.Input<OfMove>().Move;
        await using var pair = await MovePair.LoadAsync(id, step, servers, ct);
        if (pair.Move.State == MoveState.Returned)
        {
            return StepResult.Done;
        }

        await RequireFollowingAsync(pair, step, ct);
        var obstacle = await cut.RunAsync(step, id, pair.To, pair.From, FlipAsync, _ => Task.CompletedTask, ct);
        if (obstacle is not null)
        {
            await pair.From.CloseAsync(Cut.WorkerOf(step), ct);
            step.Log(obstacle);
            return StepResult.WaitFor(NextTry, obstacle);
        }

        return StepResult.Done;

        Task FlipAsync(CatalogDb db) =>
            db.Database.ExecuteSqlAsync(
                $"""
                update tenant_databases set state = 'dropping' where id = {pair.Target.Id} and state = 'assigned';
                update tenant_databases set state = 'assigned' where id = {pair.Source.Id} and state = 'retained';
                update tenants set database_id = {pair.Source.Id}, tier = (select s.tier from servers s where s.id = {pair.Source.ServerId}) where id = {step.SubjectId};
                update moves set state = 'returned' where id = {id} and state = 'soaking'
                """,
                ct);
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.Input<OfMove>().Move, step, servers, ct);
        if (pair is { Move.State: MoveState.Soaking })
        {
            await pair.From.CloseAsync(Cut.WorkerOf(step), ct);
            await cut.ReopenAsync(step, pair.To, ct);
        }
    }

    /// <exception cref="ProblemException"><c>way_back_lost</c></exception>
    private static async Task RequireFollowingAsync(MovePair pair, StepContext step, CancellationToken ct)
    {
        if (pair.Source.SchemaVersion != pair.Target.SchemaVersion)
        {
            throw Lost(step, "its schema was migrated since the move");
        }

        if (await pair.Back.ReadLagAsync(ct) is null)
        {
            throw Lost(step, "the old place could not follow, and its server has given up waiting for it");
        }
    }

    private static ProblemException Lost(StepContext step, string why) => new(
        409, "way_back_lost", $"'{step.Subject}' cannot go back without a copy: {why}.", $"Move it with a copy: ctl tenants move {step.Subject} --to SERVER");
}
