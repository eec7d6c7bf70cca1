using ControlPlane.Operations;

namespace ControlPlane.Fleet;

/// <summary>
/// Brings the tenants' databases to the newest schema. A migration that does not even build a template stops before it meets a
/// tenant; what is migrated stays migrated, so nothing is undone.
/// </summary>
public sealed class FleetMigration : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
        [typeof(OpenContracts), typeof(RebuildTemplates), typeof(ChooseDatabases), typeof(MigrateDatabases)];

    public override bool Undoable => false;
}
