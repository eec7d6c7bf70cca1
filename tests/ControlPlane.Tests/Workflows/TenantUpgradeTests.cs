using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Tenants.Moving;
using ControlPlane.Tenants.Onboarding;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>To a machine of its own.</summary>
public sealed class TenantUpgradeTests(WorkflowWorld world) : WorkflowContract<TenantUpgrade>(world)
{
    protected override string PointOfNoReturn => nameof(CutOver);

    protected override bool Covers(string step) => step is nameof(RegisterServer) or nameof(MakeTarget) or nameof(CutOver) or nameof(CallTenant);

    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.OnboardAsync();
        await World.OnServerAsync("insert into notes (text) values ('written here')", await World.DatabaseOfAsync(tenant.Id));
        return await World.AddAsync<TenantUpgrade>(tenant.Id, tenant.Slug, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.Tier.ShouldBe(Tier.Dedicated);
        var machine = await World.ReadAsync(db => db.Machines.SingleAsync(m => m.TenantId == tenant.Id));
        (await World.ReadAsync(db => db.Databases.SingleAsync(d => d.Id == tenant.DatabaseId))).ServerId.ShouldBe(machine.Id);
        var move = await World.ReadAsync(db => db.Moves.SingleAsync(m => m.TenantId == tenant.Id && m.State == MoveState.Soaking));
        move.Difference.ShouldBeNull();
        await World.EndMoveAsync(tenant, move.Id);
    }
}
