using ControlPlane.Operations;

namespace ControlPlane.Tenants.Moving;

/// <summary>Ends a soak: the way back goes, and with it the database that the tenant had.</summary>
public sealed class MoveCompletion : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CloseWayBack), typeof(DropLeftPlace), typeof(LeaveDomains)];

    public override bool Undoable => false;
}
