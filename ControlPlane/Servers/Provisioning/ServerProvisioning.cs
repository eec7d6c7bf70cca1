using ControlPlane.Operations;

namespace ControlPlane.Servers.Provisioning;

/// <summary>Makes a machine and takes it into the fleet as a server.</summary>
public sealed class ServerProvisioning : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
        [typeof(OrderMachine), typeof(AwaitMachine), typeof(ReplaceHostKey), typeof(ConfigureMachine), typeof(RegisterServer)];
}
