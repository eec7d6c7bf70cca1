using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Compares the databases' schemas with the template's; <c>/migrations/databases?work=drift</c> then tells of each.</summary>
[Requires(Role.Operator)]
public sealed record FindDrift : FleetCommand, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<FindDrift, Accepted>(HttpMethod.Post, "/migrations/drift");

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<FindDrift, Accepted>
    {
        public async Task<Accepted> Handle(FindDrift request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<DriftSearch>(request.Wanted(), cancellationToken));
    }
}
