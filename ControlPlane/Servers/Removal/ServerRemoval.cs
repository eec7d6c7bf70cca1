using ControlPlane.Operations;

namespace ControlPlane.Servers.Removal;

/// <summary>Takes a server out of the fleet; a machine is removed with its database and all that is on it. Only while nobody lives there.</summary>
public sealed class ServerRemoval : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CloseServer), typeof(RemoveMachine)];

    /// <summary>Half removed is worth nothing.</summary>
    public override bool Undoable => false;

    /// <param name="Lost">It is gone already; what moves have there does not keep it.</param>
    public sealed record Request(bool Lost = false);
}
