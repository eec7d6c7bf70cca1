using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Servers.Removal;

namespace ControlPlane.Servers.Images;

/// <summary>Makes a machine, configures it as far as all are the same, keeps a snapshot of it and removes it again.</summary>
public sealed class GoldenImageBuild : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
    [
        typeof(OrderMachine), typeof(AwaitMachine), typeof(ReplaceHostKey), typeof(ConfigureMachine), typeof(TakeImage), typeof(RemoveMachine),
        typeof(PublishImage),
    ];
}
