using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Deletion;

namespace ControlPlane.Tests.Workflows;

public sealed class TenantDeletionTests(WorkflowWorld world) : WorkflowContract<TenantDeletion>(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.OnboardAsync();
        return await World.AddAsync<TenantDeletion>(tenant.Id, tenant.Slug, new TenantDeletion.Request(TimeSpan.FromHours(1)));
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.State.ShouldBe(TenantState.Deleted);
        new FileInfo(tenant.LastDump!).Length.ShouldBePositive();
    }
}
