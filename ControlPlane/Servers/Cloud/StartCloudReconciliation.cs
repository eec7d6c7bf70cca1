using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using MediatR;

namespace ControlPlane.Servers.Cloud;

/// <summary>Compares what is at the cloud provider with the catalog now; what was found is in the operation's log.</summary>
[Requires(Role.Operator)]
public sealed record StartCloudReconciliation : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<StartCloudReconciliation, Accepted>(HttpMethod.Post, "/cloud/reconcile");

    public override string Subject() => "cloud";

    internal sealed class Handler(OperationStart start, Installation installation) : IRequestHandler<StartCloudReconciliation, Accepted>
    {
        public async Task<Accepted> Handle(StartCloudReconciliation request, CancellationToken cancellationToken) =>
            new(await start.OfAsync<CloudReconciliation>(installation.Id, "cloud", new { }, cancellationToken));
    }
}
