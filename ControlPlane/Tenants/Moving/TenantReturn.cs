using ControlPlane.Operations;

namespace ControlPlane.Tenants.Moving;

/// <summary>Brings a tenant back to where it lived before its move, without a copy: the old place has followed the new one.</summary>
public sealed class TenantReturn : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } =
    [
        typeof(ShowDomainsThere), typeof(CutBack), typeof(FollowDomains), typeof(PointToDatabase), typeof(AwaitNames), typeof(CloseWayBack), typeof(DropLeftPlace), typeof(LeaveDomains),
    ];
}
