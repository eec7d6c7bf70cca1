using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Tenants.Databases;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>Gives a new tenant a machine of its own, with its database, the application and its host name, then opens it.</summary>
public sealed class DedicatedOnboarding : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
    [
        typeof(ReserveMachine), typeof(OrderMachine), typeof(PointHost), typeof(AwaitMachine), typeof(ReplaceHostKey), typeof(CertifyHost), typeof(ConfigureMachine),
        typeof(RegisterServer), typeof(PlaceTenant), typeof(PrepareTemplate), typeof(CreateRoles), typeof(CreateDatabase), typeof(BindTenant), typeof(OpenTenant),
        typeof(CallTenant),
    ];
}
