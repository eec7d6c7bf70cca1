using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Accepts edited files as they are now; changes histories only, no schema.</summary>
/// <param name="ForgetMissing">Also forget versions that have no file.</param>
/// <param name="DryRun">Only look whose history would be changed.</param>
[Requires(Role.Operator)]
public sealed record RepairHistories(bool ForgetMissing = false, bool DryRun = false) : FleetChange, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RepairHistories, Accepted>(HttpMethod.Post, "/migrations/repair");

    protected internal override FleetRequest Wanted() => base.Wanted() with { Correction = Correction.Repair, ForgetMissing = ForgetMissing, DryRun = DryRun };

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<RepairHistories, Accepted>
    {
        public async Task<Accepted> Handle(RepairHistories request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<FleetCorrection>(request.Wanted(), cancellationToken));
    }
}
