using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Provisioning;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Configures a machine anew, with the newest release and certificate. Where nothing has changed, nothing changes.</summary>
[Requires(Role.Operator)]
public sealed record ConfigureServer(string Name) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ConfigureServer, Accepted>(HttpMethod.Post, "/servers/{name}/configure");

    public override string Subject() => $"servers/{Name}";

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<ConfigureServer, Accepted>
    {
        public async Task<Accepted> Handle(ConfigureServer request, CancellationToken cancellationToken)
        {
            var machine = await db.Machines.SingleOrDefaultAsync(m => m.Name == request.Name && m.State == MachineState.Ready, cancellationToken)
                ?? throw Problem.NotFound("server", request.Name);
            return new(await start.OfAsync<ServerConfiguration>(machine.Id, machine.Name, new { }, cancellationToken));
        }
    }
}
