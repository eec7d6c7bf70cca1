using ControlPlane.Operations;
using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// Moves a tenant's database to another server while the tenant works. Everything but the cut goes on beside it, and can be taken
/// back; from the cut on the tenant lives in the new place, and the old one follows it for a while, as the way back.
/// </summary>
public sealed class TenantMove : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [.. Acts];

    internal static IReadOnlyList<Type> Acts { get; } =
    [
        typeof(PlanMove), typeof(PrepareSource), typeof(MakeTarget), typeof(BeginCopy), typeof(AwaitCopy), typeof(FinishSchema), typeof(PrepareWayBack),
        typeof(ShowDomainsThere), typeof(CutOver), typeof(TurnAround), typeof(FollowDomains), typeof(PointToDatabase), typeof(CompareRows),
    ];

    /// <param name="Server">Where to; one that the operation has made itself counts instead.</param>
    /// <param name="Soak">How long the way back is kept; null as the settings say.</param>
    /// <param name="Mode">As the steps of the workflow are.</param>
    public sealed record Request(Guid Server = default, TimeSpan? Soak = null, MoveMode Mode = MoveMode.Replication);
}
