using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>Makes the way back before it is needed: a slot takes its time, which nobody has during the cut.</summary>
public sealed class PrepareWayBack(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        await pair.Back.PublishAsync(ct);
        await pair.Back.KeepAsync(ct);
        await pair.Back.SubscribeAsync(copy: false, enabled: false, ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is not null)
        {
            await pair.Back.DropAsync(ct);
        }
    }
}
