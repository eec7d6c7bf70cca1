using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// A step while a tenant rests. What goes wrong is not tried again for hours, and whatever has to be taken back, first of all the
/// tenant is let in again where it was: the other server may be gone for good.
/// </summary>
public abstract class StepAtRest(ServerConnections servers, Cut cut) : Step
{
    /// <summary>An error that may pass does not keep the tenant waiting for longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public sealed override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        if (pair.Move.State != MoveState.Preparing)
        {
            return StepResult.Done;
        }

        try
        {
            await RunAsync(step, pair, ct);
            return StepResult.Done;
        }
        catch (Exception e) when (Transient.Is(e) && !ct.IsCancellationRequested)
        {
            var now = await step.ReadAsync(db => db.NowAsync(ct), ct);
            if (now - Rest.Since(step) < Patience)
            {
                throw;
            }

            throw new ProblemException(
                503, "rest_too_long", $"'{step.Subject}' has rested for {(now - Rest.Since(step)).TotalMinutes:0} minutes, and something fails still: {e.Message}",
                "It is served again where it was. Mend what fails, then start the move again.", e);
        }
    }

    public sealed override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is { Move.State: MoveState.Preparing })
        {
            await cut.ReopenAsync(step, pair.From, ct);
            await UndoAsync(pair, ct);
        }
    }

    /// <summary>Does the step; both places are shut for everybody but the control plane.</summary>
    protected abstract Task RunAsync(StepContext step, MovePair pair, CancellationToken ct);

    /// <summary>Takes back what is in the new place.</summary>
    protected virtual Task UndoAsync(MovePair pair, CancellationToken ct) => Task.CompletedTask;
}
