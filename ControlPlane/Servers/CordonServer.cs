using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Sends no new tenants to a server; those on it stay and are served.</summary>
[Requires(Role.Operator)]
public sealed record CordonServer(string Name) : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<CordonServer, Unit>(HttpMethod.Post, "/servers/{name}/cordon");

    public override string Subject() => $"servers/{Name}";

    internal sealed class Handler(CatalogDb db) : IRequestHandler<CordonServer, Unit>
    {
        public async Task<Unit> Handle(CordonServer request, CancellationToken cancellationToken)
        {
            var server = await db.Servers.SingleOrDefaultAsync(s => s.Name == request.Name, cancellationToken)
                ?? throw Problem.NotFound("server", request.Name);
            server.Cordon();
            return Unit.Value;
        }
    }
}
