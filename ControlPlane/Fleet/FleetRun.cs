using System.Globalization;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Migrator;
using Migrator.Databases;
using Migrator.Fleet;

namespace ControlPlane.Fleet;

/// <summary>Goes over what is left of an operation's targets, says every second or so how far it is, and drains when asked to stop.</summary>
public sealed class FleetRun(FleetTargets targets, ApplicationSchema schema)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Long runs speak less often, so that their log stays readable.</summary>
    private const int LinesPerRun = 100;

    /// <summary>
    /// Works until every target has a result, the failure budget is used up, or somebody asks to stop. Waits where the control plane that was
    /// asked knows more than this one.
    /// </summary>
    /// <param name="prepare">Makes what is done to each database, once for all of them.</param>
    /// <exception cref="ProblemException">A change did not end well everywhere; the message counts and says what to do. Looking only always ends well.</exception>
    internal async Task<StepResult> GoAsync(
        StepContext step, FleetWorkKind kind, Func<FleetRequest, WantedSchema, Task<FleetWork>> prepare, CancellationToken ct)
    {
        var request = step.Input<FleetRequest>();
        if (request.WaitForRelease(schema) is { } wait)
        {
            return wait;
        }

        var wanted = await step.ReadAsync(db => WantedSchema.ReadAsync(db, schema, ct), ct);
        if (kind != FleetWorkKind.Migration)
        {
            // Those to migrate were chosen before templates were built.
            await step.WriteAsync(db => FleetTargets.ChooseAsync(db, step.OperationId, kind, request, ct, at: kind == FleetWorkKind.Drift ? wanted.Version : null), ct);
        }

        var left = await step.ReadAsync(db => FleetTargets.CountLeftAsync(db, step.OperationId, ct), ct);
        if (left == 0)
        {
            return StepResult.Done;
        }

        var work = await prepare(request, wanted);
        var isReading = request.DryRun || kind is FleetWorkKind.Verification or FleetWorkKind.Drift;
        var journal = new CatalogJournal(step, kind, result => VersionAfter(result, kind, request, wanted));
        var runner = new FleetRunner(
            (target, session, token) => WorkAsync(journal, work, target, session, token),
            request.Going(left, isReading) with { ReadHistories = kind == FleetWorkKind.Verification && new MigrationCheck(wanted.Migrations, request.Migrating(step.OperationId)).ReadsHistoriesOnly },
            journal);
        var report = await AttendAsync(step, runner, targets.ReadAsync(step, journal, ct), ct);
        var summary = Summary(report, left);
        step.Log(summary);
        if (!isReading)
        {
            RequireDone(kind, report, summary);
        }

        return StepResult.Done;
    }

    /// <summary>What the catalog is to note as the schema of a database with this result; null leaves it.</summary>
    private static string? VersionAfter(TargetResult result, FleetWorkKind kind, FleetRequest request, WantedSchema wanted) => kind switch
    {
        FleetWorkKind.Drift => null,
        _ when request.DryRun => null,
        FleetWorkKind.Correction => wanted.VersionAfter(result) ?? (result.State == TargetState.Done ? WantedSchema.Nothing : null),
        _ => wanted.VersionAfter(result),
    };

    private static async Task<TargetResult> WorkAsync(
        CatalogJournal journal, FleetWork work, FleetTarget target, DatabaseSession session, CancellationToken ct)
    {
        journal.Begin(target);
        try
        {
            return await work(target, session, ct);
        }
        catch (MigrationException error) when (error.Code is MigrationError.Locked or MigrationError.Busy or MigrationError.Unreachable)
        {
            journal.Requeue(target, error.Message);
            throw;
        }
    }

    private static async Task<FleetReport> AttendAsync(StepContext step, FleetRunner runner, IAsyncEnumerable<FleetTarget> targets, CancellationToken ct)
    {
        using var stop = new CancellationTokenSource();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = runner.RunAsync($"operation {step.OperationId}", targets, stop.Token, abort.Token);
        try
        {
            await WatchAsync(step, runner, running, stop, ct);
        }
        catch
        {
            // Nothing may go on that nobody attends to.
            await abort.CancelAsync();
            await Task.WhenAny(running);
            throw;
        }

        return await running;
    }

    private static async Task WatchAsync(StepContext step, FleetRunner runner, Task running, CancellationTokenSource stop, CancellationToken ct)
    {
        var said = TimeSpan.Zero;
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(Look, ct));
            ct.ThrowIfCancellationRequested();
            var progress = runner.Progress;
            if (progress.Elapsed - said >= progress.Elapsed / LinesPerRun)
            {
                said = progress.Elapsed;
                step.Log(Say(progress));
            }

            if (!stop.IsCancellationRequested && !running.IsCompleted && await IsStopWantedAsync(step, ct))
            {
                step.Log("Asked to stop: what runs is finished, nothing more begins.");
                await stop.CancelAsync();
            }
        }
    }

    private static async Task<bool> IsStopWantedAsync(StepContext step, CancellationToken ct)
    {
        try
        {
            return await step.ReadAsync(db => db.Operations.Where(o => o.Id == step.OperationId).Select(o => o.CancelRequested).SingleAsync(ct), ct);
        }
        catch (Exception error) when (Transient.Is(error))
        {
            // The journal waits for the catalog too; it is asked again in a second.
            return false;
        }
    }

    private static string Say(FleetProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"{progress.Done} of {progress.Total} done, {progress.Running} running, {progress.Waiting} waiting for locks, {progress.Failed} failed, {progress.Rate:0}/s{(progress.Left is { } time ? $", {time.TotalSeconds:0} s left" : "")}");

    private static string Summary(FleetReport report, long left)
    {
        var notBegun = left - report.States.Values.Sum();
        var counts = report.States.OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key.ToString().ToLowerInvariant()}")
            .Concat(notBegun > 0 ? [$"{notBegun} not begun"] : []);
        return $"{string.Join(", ", counts)} in {report.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s.";
    }

    private static void RequireDone(FleetWorkKind kind, FleetReport report, string summary)
    {
        if (report.Stopped is null && report.States.Keys.All(s => s == TargetState.Done))
        {
            return;
        }

        var first = report.Problems.FirstOrDefault(p => p.Error is not null);
        throw new ProblemException(
            409,
            "fleet_unfinished",
            $"{summary}{(report.Stopped is { } why ? $" It stopped: {why}." : "")}{(first is null ? "" : $" First: {first.Target}: {first.Error}")}",
            kind == FleetWorkKind.Correction
                ? "See who is where with: ctl migrations status --databases --work correction; when the cause is gone, retry this operation."
                : "See who is where with: ctl migrations status --databases; when the cause is gone: ctl migrations retry-failed for those that failed, ctl migrations apply for all that are left.");
    }
}
