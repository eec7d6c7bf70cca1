using ControlPlane.Access.Secrets;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Start;

namespace ControlPlane.Tenants.Moving;

/// <summary>Makes the database on the other server and brings everything there; what is noted there as done is not done again.</summary>
public sealed class CopyByDump(ServerConnections servers, SecretBox secrets, Cut cut, ControlPlaneSettings settings) : StepAtRest(servers, cut)
{
    public override TimeSpan Deadline => TimeSpan.FromHours(6);

    protected override async Task RunAsync(StepContext step, MovePair pair, CancellationToken ct)
    {
        await pair.MakeTargetAsync(secrets, ct);
        foreach (var side in new[] { pair.From, pair.To })
        {
            // Programs of a worker before this one end here.
            await side.ShutAsync(Guid.CreateVersion7(), Cut.WorkerOf(step), settings.Moves.Hold, ct);
            await side.AdmitOwnerAsync(Cut.WorkerOf(step), ct);
        }

        await pair.Schema.CopySettingsAsync(ct);
        await pair.Schema.CopyTablesAsync(ct, keys: false);
        await pair.Schema.CopyRowsAsync(ct);
        step.Log($"The rows of {pair.From.Place} are in {pair.To.Place}.");
        await pair.Schema.CopyRestAsync(ct, keys: true);
        var views = await pair.Schema.RefreshAsync(ct);
        step.Log(views == 0 ? "Indexes, foreign keys and triggers are there." : $"Indexes, foreign keys and triggers are there; {views} materialized views are filled.");
    }

    protected override Task UndoAsync(MovePair pair, CancellationToken ct) => pair.To.DropAsync(ct);
}
