using ControlPlane.Operations;

namespace ControlPlane.Fleet;

/// <summary>Builds the templates of the newest schema ahead of a migration, where no tenant is touched.</summary>
public sealed class TemplateRebuild : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(RebuildTemplates)];

    public override bool Undoable => false;
}
