using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Compares one server with the catalog now; what was healed and found is in the operation's log.</summary>
[Requires(Role.Operator)]
public sealed record ReconcileServer(string Name) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ReconcileServer, Accepted>(HttpMethod.Post, "/servers/{name}/reconcile");

    public override string Subject() => $"servers/{Name}";

    internal sealed class Handler(CatalogDb db, OperationStart start)
        : IRequestHandler<ReconcileServer, Accepted>
    {
        public async Task<Accepted> Handle(ReconcileServer request, CancellationToken cancellationToken)
        {
            var server = await db.Servers.SingleOrDefaultAsync(s => s.Name == request.Name && s.State != ServerState.Removed, cancellationToken)
                ?? throw Problem.NotFound("server", request.Name);
            return new(await start.OfAsync<ServerReconciliation>(server.Id, server.Name, new { }, cancellationToken));
        }
    }
}
