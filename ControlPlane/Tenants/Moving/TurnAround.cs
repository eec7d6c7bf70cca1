using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>From here on the old place follows the new one, which may change its schema again.</summary>
public sealed class TurnAround(ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        await pair.Forth.DropAsync(ct);
        await pair.From.UnfreezeAsync(ct);
        await pair.Back.PassOverAsync(pair.Move.WayBackFrom!.Value, ct);
        await pair.Back.EnableAsync(ct);
        step.Log($"The way back is kept until {pair.Move.SoakUntil:yyyy-MM-dd HH:mm} UTC: ctl tenants move-back {step.Subject}");
        return StepResult.Done;
    }
}
