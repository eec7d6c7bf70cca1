using ControlPlane.Operations;

namespace ControlPlane.Servers.Removal;

/// <summary>Takes a machine out of the fleet and has it removed, with its database and all that is on it. Only while nobody lives there.</summary>
public sealed class ServerRemoval : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CloseServer), typeof(RemoveMachine)];

    /// <summary>Half removed is worth nothing.</summary>
    public override bool Undoable => false;
}
