using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Removal;
using ControlPlane.Start;
using ControlPlane.Tenants.Onboarding;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class ServerRemovalTests(WorkflowWorld world) : WorkflowContract<ServerRemoval>(world)
{
    [Fact]
    public async Task A_server_where_somebody_lives_stays_as_it_is()
    {
        var tenant = await World.NewDedicatedTenantAsync();
        (await World.RunAsync(await World.AddAsync<DedicatedOnboarding>(tenant.Id, tenant.Slug, new { }))).State.ShouldBe(OperationState.Done);
        var machine = await World.ReadAsync(db => db.Machines.SingleAsync(m => m.TenantId == tenant.Id));

        var removal = await World.AddAsync<ServerRemoval>(machine.Id, machine.Name, new { });
        var stopped = await World.RunAsync(removal);

        stopped.State.ShouldBe(OperationState.NeedsOperator);
        stopped.Error.ShouldNotBeNull().ShouldContain(tenant.Slug);
        (await World.ReadAsync(db => db.Servers.SingleAsync(s => s.Id == machine.Id))).State.ShouldBe(ServerState.Active);
        await World.CancelAsync(removal);
        (await World.LookAsync()).ShouldBeEmpty();
    }

    protected override async Task<Guid> ArrangeAsync()
    {
        var machine = await World.ProvisionAsync();
        return await World.AddAsync<ServerRemoval>(machine.Id, machine.Name, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await World.ReadAsync(db => db.Machines.SingleAsync(m => m.Id == operation.SubjectId))).State.ShouldBe(MachineState.Removed);
        Path.Exists(Path.Combine(World.Get<ControlPlaneSettings>().PostgresFolder, operation.Subject)).ShouldBeFalse();
    }
}
