using ControlPlane.Operations;

namespace ControlPlane.Servers.Provisioning;

/// <summary>Makes a machine that is in the fleet what it shall be now: newest release, renewed certificate, changed settings.</summary>
public sealed class ServerConfiguration : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(ConfigureMachine)];

    /// <summary>Its customer is served meanwhile; a second run does what the first left.</summary>
    public override bool Undoable => false;
}
