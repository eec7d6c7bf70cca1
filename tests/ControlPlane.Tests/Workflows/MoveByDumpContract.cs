using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Tenants.Moving;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;

namespace ControlPlane.Tests.Workflows;

/// <summary>From one shared server to another, while the tenant rests.</summary>
public sealed class TenantMoveByDumpTests(WorkflowWorld world) : UndoableWorkflowContract<TenantMoveByDump>(world)
{
    protected override string PointOfNoReturn => nameof(EndRest);

    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.OnboardAsync();
        await World.FillForDumpAsync(tenant);
        return await World.AddAsync<TenantMoveByDump>(tenant.Id, tenant.Slug, new TenantMove.Request(await World.SecondServerAsync(), Mode: MoveMode.Dump));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.DatabaseId.ShouldBe(operation.Id);
        var database = await World.DatabaseOfAsync(tenant.Id);
        (await World.OnSecondAsync("select count(*) from notes", database)).ShouldBe(100L);
        (await World.OnSecondAsync("select count(*) from cache", database)).ShouldBe(1L);
        (await World.OnSecondAsync("select convert_from(lo_get(4711), 'utf8')", database)).ShouldBe("large");
        (await World.OnSecondAsync("insert into notes (text) values ('one more') returning id", database)).ShouldBe(101L);
        (await World.OnSecondAsync($"select rolcanlogin and datconnlimit = -1 from pg_roles, pg_database where rolname = '{database}' and datname = '{database}'")).ShouldBe(true, "it gets in there");
        (await World.ReadAsync(db => db.Routes.SingleAsync(r => r.TenantId == tenant.Id))).BackAt.ShouldBeNull();
        var move = await World.ReadAsync(db => db.Moves.SingleAsync(m => m.Id == operation.Id));
        move.State.ShouldBe(MoveState.Soaking);
        move.VerifiedAt.ShouldNotBeNull().ShouldBeLessThan(move.FlippedAt!.Value);
        move.VerifiedRows.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(101);
        move.WayBackFrom.ShouldBeNull();
        move.BlockedMilliseconds.ShouldNotBeNull().ShouldBeGreaterThan(0);

        await World.EndMoveAsync(tenant, move.Id);
        (await World.LookAsync()).ShouldBeEmpty();
        (await World.OnSecondAsync("select to_regnamespace('_move') is null and not exists (select from pg_event_trigger)", database)).ShouldBe(true);
        (await World.ReadAsync(db => db.Databases.CountAsync(d => d.TenantId == tenant.Id))).ShouldBe(1);
    }
}

/// <summary>To a machine of its own, while the tenant rests.</summary>
public sealed class TenantUpgradeByDumpTests(WorkflowWorld world) : WorkflowContract<TenantUpgradeByDump>(world)
{
    protected override string PointOfNoReturn => nameof(EndRest);

    protected override bool Covers(string step) => step is nameof(RegisterServer) or nameof(CopyByDump) or nameof(EndRest);

    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.OnboardAsync();
        await World.FillForDumpAsync(tenant);
        return await World.AddAsync<TenantUpgradeByDump>(tenant.Id, tenant.Slug, new TenantMove.Request(Mode: MoveMode.Dump));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.Tier.ShouldBe(Tier.Dedicated);
        var machine = await World.ReadAsync(db => db.Machines.SingleAsync(m => m.TenantId == tenant.Id));
        (await World.ReadAsync(db => db.Databases.SingleAsync(d => d.Id == tenant.DatabaseId))).ServerId.ShouldBe(machine.Id);
        (await World.ReadAsync(db => db.Moves.SingleAsync(m => m.TenantId == tenant.Id && m.State == MoveState.Soaking))).Mode.ShouldBe(MoveMode.Dump);
    }
}
