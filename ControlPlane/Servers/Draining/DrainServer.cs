using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Draining;

/// <summary>Lets a server take no new tenants, and moves those that it has to other shared servers of its region.</summary>
[Requires(Role.Operator)]
public sealed record DrainServer(string Name) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<DrainServer, Accepted>(HttpMethod.Post, "/servers/{name}/drain");

    public override string Subject() => $"servers/{Name}";

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<DrainServer, Accepted>
    {
        public async Task<Accepted> Handle(DrainServer request, CancellationToken cancellationToken)
        {
            var server = await db.Servers.SingleOrDefaultAsync(s => s.Name == request.Name && s.State != ServerState.Removed, cancellationToken)
                ?? throw Problem.NotFound("server", request.Name);
            return new(await start.OfAsync<ServerDrain>(server.Id, server.Name, new { }, cancellationToken));
        }
    }
}
