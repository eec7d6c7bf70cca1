using System.Diagnostics;
using Migrator.Databases;

namespace Migrator.Fleet;

/// <summary>
/// Works through a fleet: bounded per server and in all, canaries first, databases that are locked or away again at the
/// end, and no further than the failure budget. One runner makes one run.
/// </summary>
/// <param name="work">What to do with one database over an open session.</param>
public sealed class FleetRunner(FleetWork work, FleetOptions options, IFleetJournal journal, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly FleetTally tally = new(options);
    private FleetQueue? queue;

    /// <summary>Where the run stands now; cheap enough to be asked often.</summary>
    public FleetProgress Progress => tally.Progress(queue?.Running ?? 0, queue?.Waiting ?? 0);

    /// <summary>Works through the targets in their order, which should be largest first where sizes are known.</summary>
    /// <param name="run">Names the run for others who want the same fleet.</param>
    /// <param name="targets">Read as needed; canaries first.</param>
    /// <param name="stop">Begins nothing more; what runs is finished.</param>
    /// <param name="ct">Breaks off what runs. Each database keeps what was committed.</param>
    /// <exception cref="MigrationException">Another run has the fleet.</exception>
    public async Task<FleetReport> RunAsync(string run, IAsyncEnumerable<FleetTarget> targets, CancellationToken stop, CancellationToken ct)
    {
        await using var claim = await journal.ClaimAsync(run, ct);
        await using var sessions = new DatabaseSessions($"migrator {run}", options.AdminDatabase) { ReadHistories = options.ReadHistories };
        using var finished = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var mine = queue = new FleetQueue(options, tally, time);
        await using var stopping = stop.Register(() =>
        {
            tally.Stop("it was asked to stop. Run again to go on");
            mine.Wake();
        });

        var filling = FillAsync(mine, targets, finished);
        await Task.WhenAll(Enumerable.Range(0, options.Parallel).Select(_ => WorkAsync(mine, sessions, finished)).Append(filling));
        foreach (var left in mine.TakeRequeued()) await FinishAsync(left, left.Last!, ct);
        return tally.Report(run);
    }

    // A failure of the list or of the journal must end the other tasks too, or they would wait for ever.
    private static async Task FillAsync(FleetQueue queue, IAsyncEnumerable<FleetTarget> targets, CancellationTokenSource finished)
    {
        try
        {
            await queue.FillAsync(targets, finished.Token);
        }
        catch
        {
            await finished.CancelAsync();
            throw;
        }
    }

    private async Task WorkAsync(FleetQueue queue, DatabaseSessions sessions, CancellationTokenSource finished)
    {
        try
        {
            while (await queue.TakeAsync(finished.Token) is { } item)
            {
                var result = await TryAsync(item, sessions, finished.Token);
                if (Again(item, result) is { } again)
                {
                    queue.Requeue(again);
                    continue;
                }

                await FinishAsync(item, result, finished.Token);
                queue.Finish(item);
            }
        }
        catch
        {
            await finished.CancelAsync();
            throw;
        }
    }

    private async Task FinishAsync(QueuedTarget item, TargetResult result, CancellationToken ct)
    {
        await journal.RecordAsync(result, ct);
        tally.Add(result, item.Canary);
    }

    private async Task<TargetResult> TryAsync(QueuedTarget item, DatabaseSessions sessions, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        TargetResult result;
        try
        {
            await using var session = await sessions.OpenAsync(item.Target.Database, ct);
            result = await work(item.Target, session, ct);
        }
        catch (MigrationException e)
        {
            result = TargetResult.From(item.Target, e);
        }

        return result with { Attempts = item.Attempts + 1, Took = clock.Elapsed };
    }

    /// <summary>The item as it goes back into the queue; null when its result is final.</summary>
    private QueuedTarget? Again(QueuedTarget item, TargetResult result)
    {
        var now = time.GetTimestamp();
        var rested = item with { Attempts = item.Attempts + 1, Last = result, NotBefore = now + (long)(options.RequeuePause.TotalSeconds * time.TimestampFrequency) };
        return result.State switch
        {
            TargetState.Locked when item.Locked < options.LockRequeues => rested with { Locked = item.Locked + 1, AwaySince = null },
            TargetState.Unreachable when time.GetElapsedTime(item.AwaySince ?? now, now) < options.Patience => rested with { AwaySince = item.AwaySince ?? now },
            _ => null,
        };
    }
}
