using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>From here on no row is missed: those that are there are copied, those that come follow.</summary>
public sealed class BeginCopy(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        await pair.Forth.KeepAsync(ct);
        await pair.Forth.SubscribeAsync(copy: true, enabled: true, ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is not null)
        {
            await pair.Forth.DropAsync(ct);
        }
    }
}
