using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Cloud;

namespace ControlPlane.Tests.Workflows;

/// <summary>Where there is no cloud account; with one it is in EndToEnd.</summary>
public sealed class CloudReconciliationTests(WorkflowWorld world) : UndoableWorkflowContract<CloudReconciliation>(world)
{
    protected override Task<Guid> ArrangeAsync() => World.AddAsync<CloudReconciliation>(World.Get<Installation>().Id, "cloud", new { });

    protected override Task AssertDoneAsync(Operation operation) => Task.CompletedTask;
}
