using System.Diagnostics;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Moving;

/// <summary>Waits until the rows of all tables are there.</summary>
public sealed class AwaitCopy(ServerConnections servers) : Step
{
    /// <summary>What fails is tried again five times a second on servers of ours: a source that is restarted is waited for.</summary>
    private const int MostErrors = 300;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public override TimeSpan Deadline => TimeSpan.FromHours(2);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await using var pair = await MovePair.LoadAsync(step.OperationId, step, servers, ct);
        var began = Stopwatch.StartNew();
        while (true)
        {
            var progress = await pair.Forth.ProgressAsync(ct);
            if (progress.IsComplete)
            {
                step.Log($"All {progress.Tables} tables are copied, {progress.Bytes / 1_000_000} MB.");
                return StepResult.Done;
            }

            if (progress.Errors > MostErrors || await pair.Forth.ReadLagAsync(ct) is null)
            {
                throw new ProblemException(
                    409, "copy_failed", $"Rows of {pair.From.Place} could not be written to {pair.To.Place}, or its server has given up keeping them.",
                    "Look at PostgreSQL's log on the new server, mend what it says, then start the move again.");
            }

            if (progress.Errors > 0 && await FindLostCopyAsync(pair, ct) is { } table)
            {
                throw new ProblemException(
                    409, "copy_lost", $"The server of {pair.To.Place} went down in the very moment in which {table} was copied, from where PostgreSQL cannot go on.",
                    "The tenant stays where it is. Start the move again.");
            }

            if (began.Elapsed > Patience)
            {
                var line = $"{progress.ReadyTables} of {progress.Tables} tables are copied, {progress.Bytes / 1_000_000} MB.";
                step.LogNew(line);
                return StepResult.WaitFor(TimeSpan.FromSeconds(1), line);
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>A table whose copy looks lost twice: for a moment each does.</summary>
    private static async Task<string?> FindLostCopyAsync(MovePair pair, CancellationToken ct)
    {
        var lost = await pair.Forth.FindLostCopiesAsync(ct);
        if (lost.Count == 0)
        {
            return null;
        }

        await Task.Delay(Moment, ct);
        return (await pair.Forth.FindLostCopiesAsync(ct)).Intersect(lost, StringComparer.Ordinal).FirstOrDefault();
    }
}
