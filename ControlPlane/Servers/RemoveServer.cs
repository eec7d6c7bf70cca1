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
/// <param name="Lost">
/// The server, machine or added by hand, is gone already and does not come back: moves to or from it stop asking it, so that they can be
/// undone, or done, without it.
/// </param>
[Requires(Role.Operator)]
public sealed record RemoveServer(string Name, bool Lost = false) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RemoveServer, Accepted>(HttpMethod.Post, "/servers/{name}/remove");

    public override string Subject() => $"servers/{Name}";

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<RemoveServer, Accepted>
    {
        public async Task<Accepted> Handle(RemoveServer request, CancellationToken cancellationToken)
        {
            var id = await FindAsync(request, cancellationToken);
            await CloseServer.RequireEmptyAsync(db, id, request.Name, request.Lost, cancellationToken);
            return new(await start.OfAsync<ServerRemoval>(id, request.Name, new ServerRemoval.Request(request.Lost), cancellationToken));
        }

        private async Task<Guid> FindAsync(RemoveServer request, CancellationToken ct)
        {
            if (await db.Machines.SingleOrDefaultAsync(m => m.Name == request.Name && m.State != MachineState.Removed, ct) is { } machine)
            {
                return machine.Id;
            }

            var server = await db.Servers.SingleOrDefaultAsync(s => s.Name == request.Name && s.State != ServerState.Removed, ct) ?? throw Problem.NotFound("server", request.Name);
            return request.Lost ? server.Id : throw new ProblemException(
                409, "server_not_ours", $"Server '{request.Name}' was added by hand.",
                $"Only machines that the control plane has made can be removed by it; cordon this one with: ctl servers cordon {request.Name}. If it is gone for good: ctl servers remove {request.Name} --lost");
        }
    }
}
