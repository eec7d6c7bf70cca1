using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>From here on the schema does not change, every table can be followed, and everything is published.</summary>
public sealed class PrepareSource(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        await pair.From.PrepareAsync(ct);
        await pair.From.FreezeAsync(ct);
        await pair.From.SetIdentitiesAsync(ct);
        await pair.Forth.PublishAsync(ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is not null)
        {
            await pair.Forth.DropAsync(ct);
            await pair.From.CleanAsync(ct);
        }
    }
}
