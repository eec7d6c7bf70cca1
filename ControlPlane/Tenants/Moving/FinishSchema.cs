using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>Makes what would have slowed the copy down: indexes, foreign keys, triggers; fills materialized views.</summary>
public sealed class FinishSchema(ServerConnections servers) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        await pair.Forth.DisableAsync(ct);
        await pair.Schema.CopyRestAsync(ct);
        await pair.Forth.EnableAsync(ct);
        var views = await pair.Schema.RefreshAsync(ct);
        step.Log(views == 0 ? "Indexes, foreign keys and triggers are there." : $"Indexes, foreign keys and triggers are there; {views} materialized views are filled.");
        return StepResult.Done;
    }
}
