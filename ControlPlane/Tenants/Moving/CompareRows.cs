using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Compares every row of both places as they were at the cut. A difference is a finding, and the way back is still open.</summary>
public sealed class CompareRows(ServerConnections servers, MoveSnapshots snapshots, Findings findings) : Step
{
    /// <summary>While rows come and go the two are hardly ever the same at once, table by table they are.</summary>
    private const int Attempts = 5;

    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        if (pair.Move.VerifiedAt is not null)
        {
            return StepResult.Done;
        }

        var report = snapshots.Take(step.OperationId) is { } snapshot ? await AtTheCutAsync(snapshot, step, ct) : await AsTheyAreAsync(pair, step, ct);
        var difference = report.Differences.Count == 0 ? null : string.Join("; ", report.Differences.Select(d => $"{d.Table}: {d.Detail}"));
        if (difference is not null)
        {
            await findings.ReportAsync(
                "move_differs", step.Subject, $"After its move, rows of '{step.Subject}' differ between {pair.From.Place} and {pair.To.Place}: {difference}",
                $"Look at them. Until the soak ends it can go back with: ctl tenants move-back {step.Subject}", ct, pair.Target.ServerId);
        }

        await step.WriteAsync(
            async db => (await db.Moves.SingleAsync(m => m.Id == step.OperationId, ct)).Verify(await db.NowAsync(ct), report.Rows, difference), ct);
        if (report.NotComparable.Count > 0)
        {
            step.Log($"Emptied, rewritten or dropped since the cut, so not compared: {string.Join(", ", report.NotComparable)}.");
        }

        step.Log(difference is null ? $"All {report.Rows:N0} rows of {report.Tables - report.NotComparable.Count} tables are the same in both places." : $"Rows differ: {difference}");
        return StepResult.Done;
    }

    private static async Task<ComparisonReport> AtTheCutAsync(MoveSnapshot snapshot, StepContext step, CancellationToken ct)
    {
        await using var held = snapshot;
        return await RowComparison.CompareAsync(snapshot.Source, snapshot.Target, step.Log, ct);
    }

    /// <summary>The process that held the snapshots of the cut is gone. The old place follows the new one, so they are compared as they are now.</summary>
    private static async Task<ComparisonReport> AsTheyAreAsync(MovePair pair, StepContext step, CancellationToken ct)
    {
        step.Log("The snapshots of the cut are lost; the places are compared as they are now.");
        for (var attempt = 1; ; attempt++)
        {
            await pair.From.AwaitAsync(await pair.To.PingAsync(ct), TimeSpan.FromSeconds(30), ct);
            await using var now = await MoveSnapshot.OpenAsync(pair, ct);
            await now.TakeAsync(ct);
            var report = await RowComparison.CompareAsync(now.Source, now.Target, step.Log, ct);
            if (report.Differences.Count == 0 || attempt == Attempts)
            {
                return report;
            }
        }
    }
}
