using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Connects to the databases and checks their histories; <c>/migrations/databases?work=verification</c> then tells of each.</summary>
[Requires(Role.Operator)]
public sealed record VerifyMigrations : FleetCommand, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<VerifyMigrations, Accepted>(HttpMethod.Post, "/migrations/verify");

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<VerifyMigrations, Accepted>
    {
        public async Task<Accepted> Handle(VerifyMigrations request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<FleetVerification>(request.Wanted(), cancellationToken));
    }
}
