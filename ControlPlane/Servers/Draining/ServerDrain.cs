using ControlPlane.Operations;

namespace ControlPlane.Servers.Draining;

/// <summary>Moves everybody off a server, a few at a time, while they work. No way back is kept: in the end the server is empty.</summary>
public sealed class ServerDrain : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(MoveEverybodyOff)];

    /// <summary>Whoever has moved stays where it is.</summary>
    public override bool Undoable => false;
}
