using ControlPlane.Access.Secrets;
using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>Makes the database on the other server, with roles, settings and tables, and no rows.</summary>
public sealed class MakeTarget(ServerConnections servers, SecretBox secrets) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        await pair.MakeTargetAsync(secrets, ct);
        await pair.Schema.CopySettingsAsync(ct);
        await pair.Schema.CopyTablesAsync(ct);
        step.Log($"{pair.To.Place} has the tables of {pair.From.Place}.");
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.FindAsync(step.OperationId, step, servers, ct);
        if (pair is not null)
        {
            await pair.To.DropAsync(ct);
        }
    }
}
