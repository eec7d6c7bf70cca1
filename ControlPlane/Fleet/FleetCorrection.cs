using ControlPlane.Operations;

namespace ControlPlane.Fleet;

/// <summary>Sets the tenants' databases right where migrating forward does not; see <see cref="Correction"/>.</summary>
public sealed class FleetCorrection : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CorrectDatabases)];

    public override bool Undoable => false;
}
