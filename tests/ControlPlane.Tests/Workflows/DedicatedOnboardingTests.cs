using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Onboarding;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class DedicatedOnboardingTests(WorkflowWorld world) : WorkflowContract<DedicatedOnboarding>(world)
{
    [Fact]
    public async Task A_warm_machine_is_taken_and_given_back_when_the_onboarding_is_undone()
    {
        var warm = await World.ProvisionAsync();
        var failing = await World.NewDedicatedTenantAsync();
        World.Mishap = Once(act => act is { Step: nameof(BindTenant), IsUndo: false }, (_, _) => throw new InvalidOperationException(Planted));

        await EndsAsync(await World.AddAsync<DedicatedOnboarding>(failing.Id, failing.Slug, new { }), OperationState.Undone);
        (await World.ReadAsync(db => db.Machines.SingleAsync(m => m.Id == warm.Id))).TenantId.ShouldBeNull();

        var next = await World.NewDedicatedTenantAsync();
        await EndsAsync(await World.AddAsync<DedicatedOnboarding>(next.Id, next.Slug, new { }), OperationState.Done);
        (await World.ReadAsync(db => db.Machines.SingleAsync(m => m.TenantId == next.Id))).Id.ShouldBe(warm.Id);
    }

    protected override string PointOfNoReturn => nameof(OpenTenant);

    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.NewDedicatedTenantAsync();
        return await World.AddAsync<DedicatedOnboarding>(tenant.Id, tenant.Slug, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.State.ShouldBe(TenantState.Active);
        var machine = await World.ReadAsync(db => db.Machines.SingleAsync(m => m.TenantId == tenant.Id));
        (await World.ReadAsync(db => db.Databases.SingleAsync(d => d.Id == tenant.DatabaseId))).ServerId.ShouldBe(machine.Id);
    }
}
