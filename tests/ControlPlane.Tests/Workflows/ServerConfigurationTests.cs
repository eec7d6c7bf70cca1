using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class ServerConfigurationTests(WorkflowWorld world) : WorkflowContract<ServerConfiguration>(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        var machine = await World.ProvisionAsync();
        return await World.AddAsync<ServerConfiguration>(machine.Id, machine.Name, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation) =>
        (await World.ReadAsync(db => db.Machines.SingleAsync(m => m.Id == operation.SubjectId))).State.ShouldBe(MachineState.Ready);
}
