using ControlPlane.Operations;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// Moves a tenant's database to another server while the tenant rests: for what replication cannot carry. Everything is compared before
/// the tenant lives there; until then all of it can be taken back. There is no way back without another copy.
/// </summary>
public sealed class TenantMoveByDump : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [.. Acts];

    internal static IReadOnlyList<Type> Acts { get; } =
        [typeof(PlanMove), typeof(ShowDomainsThere), typeof(BeginRest), typeof(CopyByDump), typeof(CompareAtRest), typeof(EndRest), typeof(FollowDomains), typeof(PointToDatabase)];
}
