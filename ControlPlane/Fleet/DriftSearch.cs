using ControlPlane.Operations;

namespace ControlPlane.Fleet;

/// <summary>Compares the tenants' databases with the template, object by object; changes nothing in them.</summary>
public sealed class DriftSearch : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(RebuildTemplates), typeof(CompareSchemas), typeof(ReportDrift)];

    public override bool Undoable => false;
}
