using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using ControlPlane.Start;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants.Moving;

/// <summary>From the end of this step on the tenant lives in the new place. The old one stays shut, and is kept for a while.</summary>
public sealed class EndRest(ServerConnections servers, Cut cut, ControlPlaneSettings settings) : StepAtRest(servers, cut)
{
    protected override async Task RunAsync(StepContext step, MovePair pair, CancellationToken ct)
    {
        if (pair.Move.VerifiedAt is null)
        {
            throw new InvalidOperationException($"The rows of {pair.To.Place} have not been compared.");
        }

        // Nobody knows yet how to get in there.
        await pair.To.OpenAsync(Cut.WorkerOf(step), ct);
        var soak = step.Input<TenantMove.Request>().Soak ?? settings.Moves.Soak;
        var rested = TimeSpan.Zero;
        await step.WriteAsync(
            async db =>
            {
                rested = await db.NowAsync(ct) - Rest.Since(step);
                await MoveFlip.ToTargetAsync(db, pair, soak, ct);
                await MoveFlip.RecordAsync(db, pair.Move.Id, rested, rested, ct);
                await step.PassPointOfNoReturnAsync(db, ct);
                await RoutePublisher.PublishAsync(db, step.SubjectId, RouteState.Active, ct);
            },
            ct);
        step.Log($"It has rested for {rested.TotalSeconds:0.0} s. The old place is kept until {TimeProvider.System.GetUtcNow() + soak:yyyy-MM-dd HH:mm} UTC; it does not follow.");
    }
}
