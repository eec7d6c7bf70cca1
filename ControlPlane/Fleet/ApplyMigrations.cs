using ControlPlane.Access;
using ControlPlane.Api;
using MediatR;

namespace ControlPlane.Fleet;

/// <summary>Brings the tenants' databases to the newest schema, or to an older version; see <see cref="FleetRequest"/> for the members.</summary>
[Requires(Role.Operator)]
public sealed record ApplyMigrations(string? To = null, bool AllowOutOfOrder = false, bool AllowMissing = false) : FleetChange, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ApplyMigrations, Accepted>(HttpMethod.Post, "/migrations/apply");

    protected internal override FleetRequest Wanted() => base.Wanted() with { To = To, AllowOutOfOrder = AllowOutOfOrder, AllowMissing = AllowMissing };

    internal sealed class Handler(FleetLaunch launch) : IRequestHandler<ApplyMigrations, Accepted>
    {
        public async Task<Accepted> Handle(ApplyMigrations request, CancellationToken cancellationToken) =>
            new(await launch.BeginAsync<FleetMigration>(request.Wanted(), cancellationToken));
    }
}
