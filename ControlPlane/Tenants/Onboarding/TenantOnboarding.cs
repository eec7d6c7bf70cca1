using ControlPlane.Operations;
using ControlPlane.Tenants.Databases;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>
/// Gives a new tenant a database and a route, then opens it. Where a warm database is at hand, the steps that make one have
/// nothing to do.
/// </summary>
public sealed class TenantOnboarding : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
        [typeof(PlaceTenant), typeof(PrepareTemplate), typeof(CreateRoles), typeof(CreateDatabase), typeof(BindTenant), typeof(OpenTenant)];
}
