using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Compares every row of both places before the tenant lives in the new one. Whatever differs, it goes on in the old one.</summary>
public sealed class CompareAtRest(ServerConnections servers, Cut cut, ControlPlaneSettings settings) : StepAtRest(servers, cut)
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    protected override async Task RunAsync(StepContext step, MovePair pair, CancellationToken ct)
    {
        // The owner role could still get in: a migration that changed no more than rows was not kept out by the freeze, but is seen here.
        await pair.From.ShutAsync(Guid.CreateVersion7(), Cut.WorkerOf(step), settings.Moves.Hold, ct);
        await pair.To.ShutAsync(Guid.CreateVersion7(), Cut.WorkerOf(step), settings.Moves.Hold, ct);
        await using var now = await MoveSnapshot.OpenAsync(pair, ct);
        await now.TakeAsync(ct);
        var report = await RowComparison.CompareAsync(now.Source, now.Target, step.Log, ct);
        if (!report.AreEqual)
        {
            var details = report.Differences.Select(d => $"{d.Table}: {d.Detail}").Concat(report.NotComparable.Select(t => $"{t}: It could not be compared."));
            throw new ProblemException(
                409, "move_differs", $"Rows differ between {pair.From.Place} and {pair.To.Place}: {string.Join("; ", details)}",
                "The tenant is served again where it was. If nothing was migrated meanwhile, look at these tables; then start the move again.");
        }

        await step.WriteAsync(async db => (await db.Moves.SingleAsync(m => m.Id == step.OperationId, ct)).Verify(await db.NowAsync(ct), report.Rows, difference: null), ct);
        step.Log($"All {report.Rows:N0} rows of {report.Tables} tables are the same in both places.");
    }
}
