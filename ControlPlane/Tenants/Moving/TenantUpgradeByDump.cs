using ControlPlane.Operations;
using ControlPlane.Tenants.Onboarding;

namespace ControlPlane.Tenants.Moving;

/// <summary>Gives a tenant a server of its own, and moves it there while it rests. The server is made before that.</summary>
public sealed class TenantUpgradeByDump : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [.. TenantUpgrade.NewServer, .. TenantMoveByDump.Acts, typeof(CallTenant)];
}
