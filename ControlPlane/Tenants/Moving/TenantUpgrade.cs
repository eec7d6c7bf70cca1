using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Tenants.Onboarding;

namespace ControlPlane.Tenants.Moving;

/// <summary>Gives a tenant a server of its own, and moves it there while it works.</summary>
public sealed class TenantUpgrade : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [.. NewServer, .. TenantMove.Acts, typeof(CallTenant)];

    internal static IReadOnlyList<Type> NewServer { get; } =
        [typeof(ReserveMachine), typeof(OrderMachine), typeof(AwaitMachine), typeof(ReplaceHostKey), typeof(CertifyHost), typeof(ConfigureMachine), typeof(RegisterServer)];
}
