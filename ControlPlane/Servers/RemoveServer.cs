using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Removal;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Has a machine removed for good, with all that is on it. Refused while customers live there.</summary>
[Requires(Role.Operator)]
public sealed record RemoveServer(string Name) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RemoveServer, Accepted>(HttpMethod.Post, "/servers/{name}/remove");

    public override string Subject() => $"servers/{Name}";

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<RemoveServer, Accepted>
    {
        public async Task<Accepted> Handle(RemoveServer request, CancellationToken cancellationToken)
        {
            var machine = await db.Machines.SingleOrDefaultAsync(m => m.Name == request.Name && m.State != MachineState.Removed, cancellationToken);
            if (machine is null)
            {
                throw await db.Servers.AnyAsync(s => s.Name == request.Name && s.State != ServerState.Removed, cancellationToken)
                    ? new ProblemException(409, "server_not_ours", $"Server '{request.Name}' was added by hand.", "Only machines that the control plane has made can be removed by it; cordon this one with: ctl servers cordon")
                    : Problem.NotFound("server", request.Name);
            }

            await CloseServer.RequireEmptyAsync(db, machine.Id, machine.Name, cancellationToken);
            return new(await start.OfAsync<ServerRemoval>(machine.Id, machine.Name, new { }, cancellationToken));
        }
    }
}
