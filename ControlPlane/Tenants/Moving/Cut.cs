using System.Diagnostics;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;
using Provisioner.Moves;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// The cut, from either side: runtimes hold the tenant's requests, the old place is shut, the new one gets the last of it, and one
/// transaction of the catalog says where the tenant lives. That transaction is the point of no return; whatever fails before it
/// opens the old place again, and the tenant's requests go on there.
/// </summary>
public sealed class Cut(RuntimeHolds runtimes, ControlPlaneSettings settings)
{
    private static readonly TimeSpan Awake = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Null when it is done; else why it has to wait. Call it again then.</summary>
    /// <param name="move">Where the times are kept.</param>
    /// <param name="flip">Says in the catalog that the tenant lives in the new place.</param>
    /// <param name="whole">The new place is whole and nobody writes anywhere.</param>
    public async Task<string?> RunAsync(StepContext step, Guid move, MoveSide from, MoveSide to, Func<CatalogDb, Task> flip, Func<CancellationToken, Task> whole, CancellationToken ct)
    {
        await ReopenAsync(step, from, ct);
        if (await from.FindObstacleAsync(ct) is { } obstacle)
        {
            return obstacle;
        }

        // Whoever does not answer to a change that means nothing will not answer to the hold either.
        var awake = await runtimes.FindAwakeAsync(await PublishAsync(step, held: false, ct), Awake, ct);
        await to.AwaitAsync(await from.PingAsync(ct), Lag, ct);
        await to.SessionAsync(ct);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(settings.Moves.Hold);
        var held = Stopwatch.StartNew();
        try
        {
            var revision = await PublishAsync(step, held: true, limit.Token);
            if (!await runtimes.AwaitAsync(revision, awake, settings.Moves.Drain, limit.Token))
            {
                step.Log("An application is still at work in the old place; what it has not committed is cut off.");
            }

            await from.AwaitQuietAsync(Quiet, limit.Token);
            var blocked = new Stopwatch();
            var took = "";
            await step.WriteAsync(
                async db =>
                {
                    // All that can be said before nobody can write any more, though nobody hears it before the commit.
                    await flip(db);
                    await step.PassPointOfNoReturnAsync(db, limit.Token);
                    blocked.Start();
                    var marker = Guid.CreateVersion7();
                    await from.ShutAsync(marker, WorkerOf(step), settings.Moves.Hold, limit.Token);
                    var shut = blocked.Elapsed;
                    var wayBack = await to.SettleAsync(marker, WorkerOf(step), settings.Moves.Hold, limit.Token);
                    var settled = blocked.Elapsed;
                    await Task.WhenAll(whole(limit.Token), TellAsync(db, wayBack));
                    took = $"{shut.TotalMilliseconds:0.0} to shut the old place, {(settled - shut).TotalMilliseconds:0.0} until the new one had everything";
                },
                limit.Token);
            blocked.Stop();
            held.Stop();
            step.Log($"Nobody could write for {blocked.Elapsed.TotalMilliseconds:0.0} ms ({took}); requests waited for {held.Elapsed.TotalMilliseconds:0.0} ms.");
            await step.WriteAsync(db => MoveFlip.RecordAsync(db, move, blocked.Elapsed, held.Elapsed, ct), ct);
            return null;
        }
        catch (Exception e) when (e is not (LeaseLostException or StaleMoverException))
        {
            // Also when this process is asked to end: nobody else would open the place for a while.
            using var grace = new CancellationTokenSource(Grace);
            if (await HasFlippedAsync(step, from, grace.Token))
            {
                // All that was lost is the answer.
                return null;
            }

            await ReopenAsync(step, from, grace.Token);
            if (ct.IsCancellationRequested || e is not (TimeoutException or OperationCanceledException or Npgsql.NpgsqlException))
            {
                throw;
            }

            return $"The cut took too long and was given up after {held.Elapsed.TotalMilliseconds:0} ms; the tenant goes on where it was ({e.Message}).";
        }

        async Task TellAsync(CatalogDb db, NpgsqlLogSequenceNumber wayBack)
        {
            await MoveFlip.BeginWayBackAsync(db, move, wayBack, limit.Token);
            await PublishAsync(db, step, held: false, limit.Token);
        }
    }

    /// <summary>Takes back what an unfinished cut has done, whoever's it was; workers before this one can do nothing any more.</summary>
    public async Task ReopenAsync(StepContext step, MoveSide from, CancellationToken ct)
    {
        await from.OpenAsync(WorkerOf(step), ct);
        if (await step.ReadAsync(db => db.Routes.AnyAsync(r => r.TenantId == step.SubjectId && r.State == RouteState.Held, ct), ct))
        {
            await PublishAsync(step, held: false, ct);
        }
    }

    /// <summary>Who acts in the tenant's databases.</summary>
    public static MoveWorker WorkerOf(StepContext step) => new(step.OperationId, step.Epoch);

    /// <summary>Asked under the operation's lock: a flip whose answer was lost may not have ended yet, and holds that lock until it has.</summary>
    private static async Task<bool> HasFlippedAsync(StepContext step, MoveSide from, CancellationToken ct)
    {
        var has = false;
        await step.WriteAsync(async db => has = await db.Tenants.AnyAsync(t => t.Id == step.SubjectId && t.DatabaseId != from.Name.Id, ct), ct);
        return has;
    }

    private static async Task<long> PublishAsync(StepContext step, bool held, CancellationToken ct)
    {
        var revision = 0L;
        await step.WriteAsync(
            async db =>
            {
                await PublishAsync(db, step, held, ct);
                revision = await db.Routes.Where(r => r.TenantId == step.SubjectId).Select(r => r.Revision).SingleAsync(ct);
            },
            ct);
        return revision;
    }

    private static Task PublishAsync(CatalogDb db, StepContext step, bool held, CancellationToken ct) =>
        RoutePublisher.PublishAsync(db, step.SubjectId, held ? RouteState.Held : RouteState.Active, ct);
}
