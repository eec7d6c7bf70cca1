using ControlPlane.Operations;

namespace ControlPlane.Tenants.Deletion;

/// <summary>
/// Closes a tenant and takes its last dump. Until the grace time ends it can be restored; then <see cref="TenantPurge"/>
/// removes what is left.
/// </summary>
public sealed class TenantDeletion : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CloseTenant), typeof(CloseLogin), typeof(TakeLastDump)];

    public override bool Undoable => false;

    /// <param name="Grace">How long it can be restored.</param>
    public sealed record Request(TimeSpan Grace);
}
