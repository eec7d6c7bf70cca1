using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Start;
using ControlPlane.Tenants.Moving;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Draining;

/// <summary>
/// Starts moves as long as somebody lives there. One whose move was undone is left, and told in the end. No way back is kept: it takes
/// a slot of one server and a worker of the other for each, and there are not so many of them.
/// </summary>
public sealed class MoveEverybodyOff(OperationLauncher launcher, ControlPlaneSettings settings) : Step
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override TimeSpan Deadline => TimeSpan.FromHours(12);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var started = new List<Guid>();
        var (waiting, moving, leaving, undone) = (0, 0, 0, new List<string>());
        await step.WriteAsync(
            async db =>
            {
                (await db.Servers.SingleAsync(s => s.Id == step.SubjectId, ct)).Cordon();
                var there = await LivingThere(db, step.SubjectId).ToListAsync(ct);
                undone = [.. there.Where(t => t.WasUndone(step.RequestedAt)).Select(t => t.Slug)];
                moving = there.Count(t => t.IsBusy);
                var rest = there.Where(t => !t.IsBusy && !t.WasUndone(step.RequestedAt)).ToList();
                foreach (var tenant in rest.Take(settings.Moves.AtOnce - moving))
                {
                    started.Add(await StartAsync(db, tenant.Id, step.RequestedBy, ct));
                }

                waiting = rest.Count - started.Count;
                leaving = await CountLeavingAsync(db, step.SubjectId, ct);
            },
            ct);
        started.ForEach(launcher.Wake);
        if (moving + started.Count + waiting == 0)
        {
            if (leaving > 0)
            {
                return StepResult.WaitFor(Pause, $"Nobody lives there any more; what {leaving} customers left is being removed.");
            }

            return undone.Count == 0
                ? StepResult.Done
                : throw new ProblemException(409, "not_drained", $"'{step.Subject}' still has {string.Join(", ", undone)}, whose moves were undone.", "See why with: ctl tenants show SLUG, mend it, then drain the server again.");
        }

        var line = $"{waiting + moving + started.Count} customers are left.";
        step.LogNew(line);
        return StepResult.WaitFor(Pause, line);
    }

    private async Task<Guid> StartAsync(CatalogDb db, Guid id, string requestedBy, CancellationToken ct)
    {
        // Whoever wants to change the tenant locks its row first.
        var tenant = (await db.Tenants.FromSql($"select * from tenants where id = {id} for update").ToListAsync(ct)).Single();
        if (await db.FindSoakingAsync(tenant, ct) is { } last)
        {
            // It gets a new way back when it has moved on.
            return (await launcher.AddAsync<MoveCompletion>(db, id, tenant.Slug, new OfMove(last.Id), requestedBy, ct)).Id;
        }

        var server = await Placement.ChooseAsync(db, Tier.Shared, tenant.Region, ct) ?? throw Placement.NoCapacity(Tier.Shared, tenant);
        return (await launcher.AddAsync<TenantMove>(db, id, tenant.Slug, new TenantMove.Request(server, Soak: TimeSpan.Zero), requestedBy, ct)).Id;
    }

    /// <summary>Those who have moved, or are about to, and whose old place is still there; not those whose way back is kept for longer.</summary>
    private static async Task<int> CountLeavingAsync(CatalogDb db, Guid server, CancellationToken ct)
    {
        var now = await db.NowAsync(ct);
        return await db.Moves.CountAsync(
            m => (m.State == MoveState.Preparing || (m.State == MoveState.Soaking && m.SoakUntil <= now)) && db.Databases.Any(d => d.Id == m.SourceId && d.ServerId == server), ct);
    }

    private static IQueryable<Resident> LivingThere(CatalogDb db, Guid server) =>
        from tenant in db.Tenants
        join database in db.Databases on tenant.DatabaseId equals database.Id
        where database.ServerId == server && (tenant.State == TenantState.Active || tenant.State == TenantState.Suspended)
        orderby tenant.Id
        select new Resident(
            tenant.Id,
            tenant.Slug,
            db.Operations.Any(o => o.SubjectId == tenant.Id && o.FinishedAt == null),
            db.Operations.Where(o => o.SubjectId == tenant.Id && o.Workflow == nameof(TenantMove) && o.State == OperationState.Undone).Max(o => (DateTimeOffset?)o.CreatedAt));

    /// <param name="Undone">When the last of its moves began that was undone.</param>
    private sealed record Resident(Guid Id, string Slug, bool IsBusy, DateTimeOffset? Undone)
    {
        public bool WasUndone(DateTimeOffset since) => Undone >= since;
    }
}
