using ControlPlane.Operations;

namespace ControlPlane.Fleet;

/// <summary>Connects to the tenants' databases and compares their histories with the migrations; changes nothing in them.</summary>
public sealed class FleetVerification : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(VerifyDatabases)];

    public override bool Undoable => false;
}
