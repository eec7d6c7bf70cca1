using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>On machines of this machine; those of the cloud are in EndToEnd.</summary>
public sealed class ServerProvisioningTests(WorkflowWorld world) : UndoableWorkflowContract<ServerProvisioning>(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        var machine = await World.NewMachineAsync();
        return await World.AddAsync<ServerProvisioning>(machine.Id, machine.Name, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await World.ReadAsync(db => db.Machines.SingleAsync(m => m.Id == operation.SubjectId))).State.ShouldBe(MachineState.Ready);
        var server = await World.ReadAsync(db => db.Servers.SingleAsync(s => s.Id == operation.SubjectId));
        (server.State, server.Tier).ShouldBe((ServerState.Active, Tier.Dedicated));
    }
}
