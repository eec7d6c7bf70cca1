using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Images;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

/// <summary>Where there are no snapshots; with some it is in EndToEnd.</summary>
public sealed class GoldenImageBuildTests(WorkflowWorld world) : UndoableWorkflowContract<GoldenImageBuild>(world)
{
    protected override async Task<Guid> ArrangeAsync()
    {
        var machine = await World.NewMachineAsync();
        await using var db = await World.OpenCatalogAsync();
        db.Images.Add(new GoldenImage { MachineId = machine.Id });
        await db.SaveChangesAsync();
        return await World.AddAsync<GoldenImageBuild>(machine.Id, "golden image", new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await World.ReadAsync(db => db.Images.SingleAsync(i => i.MachineId == operation.SubjectId))).State.ShouldBe(GoldenImageState.Ready);
        (await World.ReadAsync(db => db.Machines.SingleAsync(m => m.Id == operation.SubjectId))).State.ShouldBe(MachineState.Removed);
    }
}
