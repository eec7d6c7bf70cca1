using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using MediatR;

namespace ControlPlane.Servers.Cloud;

/// <summary>Has a server removed that carries our labels and is not in the catalog.</summary>
[Requires(Role.Admin)]
public sealed record DiscardServer(string Name) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<DiscardServer, Accepted>(HttpMethod.Post, "/cloud/servers/{name}/discard");

    public override string Subject() => $"cloud/servers/{Name}";

    internal sealed class Handler(CatalogDb db, OperationStart start, IServiceProvider services) : IRequestHandler<DiscardServer, Accepted>
    {
        public async Task<Accepted> Handle(DiscardServer request, CancellationToken cancellationToken)
        {
            var cloud = services.GetService<CloudServerRemoval>()
                ?? throw new ProblemException(409, "no_cloud_account", "There is no cloud account, so there are no servers of it.", "Set Hetzner__Token, and restart the control plane.");
            var (_, id) = await cloud.FindAsync(request.Name, cancellationToken)
                ?? throw new ProblemException(404, "server_not_found", $"There is no server '{request.Name}' at Hetzner.", "See what is unknown there with: ctl findings");
            await UnknownServerRemoval.RequireUnknownAsync(db, id, request.Name, cancellationToken);
            return new(await start.OfAsync<UnknownServerRemoval>(id, request.Name, new { }, cancellationToken));
        }
    }
}
