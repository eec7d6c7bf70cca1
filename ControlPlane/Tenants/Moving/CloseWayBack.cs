using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>Takes away everything that the move has made for itself.</summary>
public sealed class CloseWayBack(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.Input<OfMove>().Move, step, servers, ct);
        await pair.Back.DropAsync(ct);
        await pair.To.CleanAsync(ct);
        await pair.From.CleanAsync(ct);
        return StepResult.Done;
    }
}
