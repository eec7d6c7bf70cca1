using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>Lets the run that is under way finish the databases it is at, and begin no other. What is migrated stays migrated.</summary>
[Requires(Role.Operator)]
public sealed record StopMigrations : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<StopMigrations, Accepted>(HttpMethod.Post, "/migrations/stop");

    public override string Subject() => "migrations";

    internal sealed class Handler(CatalogDb db, FleetLaunch launch) : IRequestHandler<StopMigrations, Accepted>
    {
        public async Task<Accepted> Handle(StopMigrations request, CancellationToken cancellationToken)
        {
            var live = await launch.FindLiveAsync(cancellationToken);
            if (live is null or { State: OperationState.NeedsOperator })
            {
                throw new ProblemException(409, "nothing_to_stop", "Nothing is going over the fleet.", "Look at the latest run with: ctl migrations status");
            }

            await db.Database.ExecuteSqlAsync($"update operations set cancel_requested = true where id = {live.Id} and finished_at is null", cancellationToken);
            return new(live.Id);
        }
    }
}
