using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Takes migrations back by their down scripts. The next run over the fleet applies them again, unless their files are gone.</summary>
/// <param name="To">The version to go back to; it stays applied.</param>
/// <param name="DryRun">Only look what would be taken back, and where there is no way back.</param>
[Requires(Role.Operator)]
public sealed record TakeBackMigrations(string To, bool DryRun = false) : FleetChange, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<TakeBackMigrations, Accepted>(HttpMethod.Post, "/migrations/down");

    protected internal override FleetRequest Wanted() => base.Wanted() with { To = To, Correction = Correction.Down, DryRun = DryRun };

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<TakeBackMigrations, Accepted>
    {
        public async Task<Accepted> Handle(TakeBackMigrations request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<FleetCorrection>(request.Wanted(), cancellationToken));
    }
}
