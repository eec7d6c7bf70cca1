using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;
using Provisioner.Postgres;
using ServerState = ControlPlane.Catalog.ServerState;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// Looks whether the tenant can be moved, and reserves the place on the other server: the row of a database that has the operation's
/// id. Both servers let each other in. Undone, it is given up.
/// </summary>
public sealed class PlanMove(NewDatabase newDatabase, ServerConnections servers, MeetingServers meeting) : Step
{
    /// <summary>How much is written is of use to who decides; that has been decided.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        // The machine that an earlier step has made, or the server that was asked for.
        var request = step.Input<TenantMove.Request>();
        var to = MachineOf.Remembered(step) ?? request.Server;
        await RequireMovableAsync(step, to, request.Mode, ct);
        await step.WriteAsync(
            async db =>
            {
                if (await db.Moves.AnyAsync(m => m.Id == step.OperationId, ct))
                {
                    return;
                }

                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                var source = await db.Databases.SingleAsync(d => d.Id == tenant.DatabaseId, ct);
                await RequireRoomAsync(db, to, tenant, ct);
                var target = newDatabase.On(to, tenant.Id, step.OperationId);
                target.ReserveFor(tenant.Id);
                db.Databases.Add(target);
                db.Moves.Add(new Move { Id = step.OperationId, TenantId = tenant.Id, SourceId = source.Id, Mode = request.Mode });
            },
            ct);
        await MeetAsync(step, ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                if (await db.Moves.SingleOrDefaultAsync(m => m.Id == step.OperationId, ct) is not { } move)
                {
                    return;
                }

                move.Undo();
                var target = await db.Databases.SingleAsync(d => d.Id == move.Id, ct);
                target.BeginDrop();
                target.EndDrop();
            },
            ct);
        await MeetAsync(step, ct);
    }

    private async Task MeetAsync(StepContext step, CancellationToken ct)
    {
        var ends = await step.ReadAsync(
            db => db.Moves.Where(m => m.Id == step.OperationId).SelectMany(m => db.Databases.Where(d => d.Id == m.Id || d.Id == m.SourceId).Select(d => d.ServerId)).ToListAsync(ct), ct);
        await meeting.MeetAsync(step, ends, ct);
    }

    /// <summary>Says what was found, and refuses where something must be changed first.</summary>
    private async Task RequireMovableAsync(StepContext step, Guid to, MoveMode mode, CancellationToken ct)
    {
        var source = await step.ReadAsync(db => db.Databases.SingleAsync(d => db.Tenants.Any(t => t.Id == step.SubjectId && t.DatabaseId == d.Id), ct), ct);
        var free = (await step.ReadAsync(db => db.Servers.SingleAsync(s => s.Id == to, ct), ct)).FreeBytes;
        var plan = await new MovePreflight { Watch = Glance, Wish = mode, TargetFreeBytes = free }.InspectAsync(
            await servers.GetAsync(source.ServerId, ct), new TenantDatabaseName(source.Id), await servers.GetAsync(to, ct), ct);
        foreach (var finding in plan.Findings)
        {
            step.Log($"{finding}");
        }

        if (plan.IsRefused)
        {
            throw Refused(step, "cannot be moved", plan.Findings.Where(f => f.Verdict == MoveVerdict.Refused || (f.Verdict == MoveVerdict.NeedsDump && mode != MoveMode.Dump)), "");
        }

        if (plan.Mode != mode)
        {
            var server = await step.ReadAsync(db => db.Servers.Where(s => s.Id == to).Select(s => s.Name).SingleAsync(ct), ct);
            var command = MachineOf.Remembered(step) is null ? $"move {step.Subject} --to {server}" : $"tier {step.Subject} dedicated";
            throw Refused(
                step, "cannot be moved while it works", plan.Findings.Where(f => f.Verdict == MoveVerdict.NeedsDump),
                $" Or let it rest for about {plan.Hold.TotalSeconds:0} s, behind a page that says so: ctl tenants {command} --dump");
        }

        Rest.Expect(step, plan.Hold);
        step.Log(mode == MoveMode.Dump
            ? $"{plan.Facts.Bytes / 1_000_000} MB in {plan.Facts.Tables} tables: the tenant will rest for about {plan.Hold.TotalSeconds:0} s."
            : $"{plan.Facts.Bytes / 1_000_000} MB in {plan.Facts.Tables} tables: about {plan.Preparation.TotalSeconds:0} s to prepare, then requests wait for about {plan.Hold.TotalMilliseconds:0} ms.");
    }

    private static ProblemException Refused(StepContext step, string what, IEnumerable<MoveFinding> findings, string further)
    {
        var reasons = findings.ToList();
        return new(
            409, "move_refused", $"'{step.Subject}' {what}: {string.Join(" ", reasons.Select(f => $"{f.Subject}: {f.Detail}"))}",
            string.Join(" ", reasons.Select(f => f.Advice).Distinct(StringComparer.Ordinal)) + further);
    }

    /// <summary>Locks the server's row as placement does, so that its capacity cannot be exceeded.</summary>
    private static async Task RequireRoomAsync(CatalogDb db, Guid id, Tenant tenant, CancellationToken ct)
    {
        var server = (await db.Servers.FromSql($"select * from servers where id = {id} for update").ToListAsync(ct)).SingleOrDefault();
        var used = await db.Databases.CountAsync(d => d.ServerId == id && d.State != TenantDatabaseState.Dropped, ct);
        if (server is not { State: ServerState.Active } || used >= server.MaxDatabases)
        {
            throw new ProblemException(
                409, "no_capacity", $"Server '{server?.Name ?? id.ToString()}' has no room for '{tenant.Slug}': it is {(server is { State: ServerState.Active } ? "full" : "not active")}.",
                "Choose another one: ctl servers list");
        }
    }
}
