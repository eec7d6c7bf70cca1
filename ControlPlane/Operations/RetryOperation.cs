using ControlPlane.Access;
using ControlPlane.Access.Pipeline;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;

namespace ControlPlane.Operations;

/// <summary>Goes on with an operation that has stopped for an operator, from the step that failed.</summary>
[Requires(Role.Operator)]
public sealed record RetryOperation(Guid Id) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RetryOperation, Accepted>(HttpMethod.Post, "/operations/{id}/retry");

    public override string Subject() => $"operations/{Id}";

    internal sealed class Handler(CatalogDb db, OperationLauncher launcher, AfterCommit after) : IRequestHandler<RetryOperation, Accepted>
    {
        public async Task<Accepted> Handle(RetryOperation request, CancellationToken cancellationToken)
        {
            await OperationControl.RetryAsync(db, request.Id, cancellationToken);
            after.Add(() => launcher.Wake(request.Id));
            return new(request.Id);
        }
    }
}
