using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Declares that databases made by other means have everything up to a version; runs no migration. One with another history is refused.</summary>
/// <param name="To">The version whose schema they have.</param>
/// <param name="DryRun">Only look whose history would be written.</param>
[Requires(Role.Operator)]
public sealed record BaselineDatabases(string To, bool DryRun = false) : FleetChange, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<BaselineDatabases, Accepted>(HttpMethod.Post, "/migrations/baseline");

    protected internal override FleetRequest Wanted() => base.Wanted() with { To = To, Correction = Correction.Baseline, DryRun = DryRun };

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<BaselineDatabases, Accepted>
    {
        public async Task<Accepted> Handle(BaselineDatabases request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<FleetCorrection>(request.Wanted(), cancellationToken));
    }
}
