using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants.Moving;

/// <summary>From here on the tenant rests: applications show a page that says until when, and nobody but the control plane gets into its database.</summary>
public sealed class BeginRest(ServerConnections servers, RuntimeHolds runtimes, Cut cut, ControlPlaneSettings settings) : Step
{
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(2);

    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        await pair.From.PrepareAsync(ct);
        await pair.From.FreezeAsync(ct);
        if (await pair.From.FindObstacleAsync(ct) is { } obstacle)
        {
            await cut.ReopenAsync(step, pair.From, ct);
            step.LogNew(obstacle);
            return StepResult.WaitFor(NextTry, obstacle);
        }

        var revision = 0L;
        await step.WriteAsync(
            async db =>
            {
                Rest.Begin(step, await db.NowAsync(ct));
                await RoutePublisher.PublishAsync(db, step.SubjectId, RouteState.Held, ct, Rest.BackAt(step));
                revision = await db.Routes.Where(r => r.TenantId == step.SubjectId).Select(r => r.Revision).SingleAsync(ct);
            },
            ct);

        // Who has not finished by then, or is not there at all, is cut off.
        await runtimes.FindAwakeAsync(revision, settings.Moves.Hold, ct);
        await pair.From.ShutAsync(Guid.CreateVersion7(), Cut.WorkerOf(step), settings.Moves.Hold, ct);
        step.Log($"The tenant rests, until about {Rest.BackAt(step):HH:mm:ss} UTC.");
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is { Move.State: MoveState.Preparing })
        {
            // Undone a second time, it is not there any more.
            await pair.From.PrepareAsync(ct);
            await cut.ReopenAsync(step, pair.From, ct);
            await pair.From.CleanAsync(ct);
        }
    }
}
