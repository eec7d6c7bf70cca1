using ControlPlane.Operations;
using ControlPlane.Tenants.Databases;
using ControlPlane.Tenants.Deletion;

namespace ControlPlane.Tenants.Restoration;

/// <summary>
/// Brings a deleted tenant back within its grace time: with the database as it was, or from its last dump into a new one.
/// </summary>
public sealed class TenantRestoration : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
    [
        typeof(ChooseDatabase), typeof(CreateRoles), typeof(RestoreLastDump), typeof(MigrateRestored), typeof(BindRestored), typeof(ReopenTenant),
        typeof(DropReplaced), typeof(DeleteLastDump),
    ];

    public override bool Undoable => false;

    /// <param name="FromDump">Leave the old database aside and restore the last dump.</param>
    public sealed record Request(bool FromDump);
}
