using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Migrates those databases again that did not end well the last time, and no other.</summary>
/// <param name="To">Last version to apply; null is the newest.</param>
[Requires(Role.Operator)]
public sealed record RetryFailedMigrations(string? To = null) : FleetChange, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RetryFailedMigrations, Accepted>(HttpMethod.Post, "/migrations/retry-failed");

    protected internal override FleetRequest Wanted() => base.Wanted() with { To = To, OnlyFailed = true };

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<RetryFailedMigrations, Accepted>
    {
        public async Task<Accepted> Handle(RetryFailedMigrations request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<FleetMigration>(request.Wanted(), cancellationToken));
    }
}
