using ControlPlane.Access;
using ControlPlane.Access.Pipeline;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;

namespace ControlPlane.Operations;

/// <summary>Ends an operation: undoes it from its next step boundary, or gives it up where it has stopped for an operator.</summary>
[Requires(Role.Operator)]
public sealed record CancelOperation(Guid Id) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<CancelOperation, Accepted>(HttpMethod.Post, "/operations/{id}/cancel");

    public override string Subject() => $"operations/{Id}";

    internal sealed class Handler(CatalogDb db, OperationLauncher launcher, AfterCommit after) : IRequestHandler<CancelOperation, Accepted>
    {
        public async Task<Accepted> Handle(CancelOperation request, CancellationToken cancellationToken)
        {
            await OperationControl.CancelAsync(db, request.Id, cancellationToken);
            after.Add(() => launcher.Wake(request.Id));
            return new(request.Id);
        }
    }
}
