using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Sends new tenants to a server again.</summary>
[Requires(Role.Operator)]
public sealed record UncordonServer(string Name) : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<UncordonServer, Unit>(HttpMethod.Post, "/servers/{name}/uncordon");

    public override string Subject() => $"servers/{Name}";

    internal sealed class Handler(CatalogDb db) : IRequestHandler<UncordonServer, Unit>
    {
        public async Task<Unit> Handle(UncordonServer request, CancellationToken cancellationToken)
        {
            var server = await db.Servers.SingleOrDefaultAsync(s => s.Name == request.Name, cancellationToken)
                ?? throw Problem.NotFound("server", request.Name);
            server.Uncordon();
            return Unit.Value;
        }
    }
}
