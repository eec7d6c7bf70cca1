using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Draining;
using ControlPlane.Tenants.Moving;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>From one shared server to another.</summary>
public sealed class TenantMoveTests(WorkflowWorld world) : UndoableWorkflowContract<TenantMove>(world)
{
    protected override string PointOfNoReturn => nameof(CutOver);

    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.OnboardAsync();
        await World.OnServerAsync("insert into notes (text) select 'note ' || n from generate_series(1, 100) n", await World.DatabaseOfAsync(tenant.Id));
        return await World.AddAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(await World.SecondServerAsync()));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.DatabaseId.ShouldBe(operation.Id);
        var database = await World.DatabaseOfAsync(tenant.Id);
        (await World.OnSecondAsync("select count(*) from notes", database)).ShouldBe(100L);
        (await World.OnSecondAsync("insert into notes (text) values ('one more') returning id", database)).ShouldBe(101L);
        var move = await World.ReadAsync(db => db.Moves.SingleAsync(m => m.Id == operation.Id));
        move.State.ShouldBe(MoveState.Soaking);
        move.VerifiedRows.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(100);
        move.Difference.ShouldBeNull();
        await World.EndMoveAsync(tenant, move.Id);
    }
}

/// <summary>Back again, with what was written meanwhile.</summary>
public sealed class TenantReturnTests(WorkflowWorld world) : UndoableWorkflowContract<TenantReturn>(world)
{
    protected override string PointOfNoReturn => nameof(CutBack);

    protected override async Task<Guid> ArrangeAsync()
    {
        var (tenant, move) = await World.MoveAsync();
        await World.OnSecondAsync("insert into notes (text) values ('written there')", await World.DatabaseOfAsync(tenant.Id));
        return await World.AddAsync<TenantReturn>(tenant.Id, tenant.Slug, new OfMove(move));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        var database = await World.DatabaseOfAsync(tenant.Id);
        (await World.OnServerAsync("select string_agg(text, ',' order by id) from notes", database)).ShouldBe("written here,written there");
        (await World.OnServerAsync("insert into notes (text) values ('one more') returning id", database)).ShouldBe(3L);
        (await World.OnServerAsync("select to_regnamespace('_move') is null", database)).ShouldBe(true);
    }
}

/// <summary>Nobody lives there; that everybody moves off is seen end to end, since moves are operations of their own.</summary>
public sealed class ServerDrainTests(WorkflowWorld world) : WorkflowContract<ServerDrain>(world)
{
    protected override async Task<Guid> ArrangeAsync() => await World.AddAsync<ServerDrain>(await World.SecondServerAsync(), "shared-2", new { });

    protected override async Task AssertDoneAsync(Operation operation) =>
        (await World.ReadAsync(db => db.Servers.SingleAsync(s => s.Id == operation.SubjectId))).State.ShouldBe(ServerState.Cordoned);
}

/// <summary>For good: the old place goes.</summary>
public sealed class MoveCompletionTests(WorkflowWorld world) : WorkflowContract<MoveCompletion>(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        var (tenant, move) = await World.MoveAsync();
        return await World.AddAsync<MoveCompletion>(tenant.Id, tenant.Slug, new OfMove(move));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var database = await World.DatabaseOfAsync(operation.SubjectId);
        (await World.OnSecondAsync("select text from notes", database)).ShouldBe("written here");
        (await World.OnSecondAsync("select to_regnamespace('_move') is null and not exists (select from pg_publication)", database)).ShouldBe(true);
        (await World.ReadAsync(db => db.Databases.CountAsync(d => d.TenantId == operation.SubjectId))).ShouldBe(1);
    }
}
