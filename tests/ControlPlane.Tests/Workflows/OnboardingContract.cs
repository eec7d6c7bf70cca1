using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Onboarding;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>Onboarding holds its contract wherever the database comes from.</summary>
public abstract class OnboardingContract(WorkflowWorld world) : UndoableWorkflowContract<TenantOnboarding>(world)
{
    protected override string PointOfNoReturn => nameof(OpenTenant);

    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.NewTenantAsync();
        return await World.AddAsync<TenantOnboarding>(tenant.Id, tenant.Slug, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        var tenant = await World.TenantAsync(operation.SubjectId);
        tenant.State.ShouldBe(TenantState.Active);
        tenant.ActivatedAt.ShouldNotBeNull();
    }
}

/// <summary>The database is made for the tenant.</summary>
public sealed class ColdOnboardingTests(WorkflowWorld world) : OnboardingContract(world);

/// <summary>The database was made in advance, and given to the tenant when it was asked for.</summary>
public sealed class GivenOnboardingTests(WorkflowWorld world) : OnboardingContract(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        var tenant = await World.NewTenantOnWarmDatabaseAsync();
        return await World.AddAsync<TenantOnboarding>(tenant.Id, tenant.Slug, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        await base.AssertDoneAsync(operation);
        var database = await World.ReadAsync(db => db.Databases.SingleAsync(d => d.TenantId == operation.SubjectId));
        database.MadeFor.ShouldBe(operation.SubjectId);
        (await World.OnServerAsync("select current_setting('controlplane.tenant_id')", database.Name)).ShouldBe(operation.SubjectId.ToString());
    }
}

/// <summary>The database was made in advance, for a tenant that has another id.</summary>
public sealed class WarmOnboardingTests(WorkflowWorld world) : OnboardingContract(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        if (!await World.ReadAsync(db => db.Databases.AnyAsync(d => d.State == TenantDatabaseState.Warm)))
        {
            await World.StockAsync();
        }

        return await base.ArrangeAsync();
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        await base.AssertDoneAsync(operation);
        (await World.ReadAsync(db => db.OperationLog.AnyAsync(l => l.OperationId == operation.Id && l.Line.StartsWith("Took warm database")))).ShouldBeTrue();
    }
}
