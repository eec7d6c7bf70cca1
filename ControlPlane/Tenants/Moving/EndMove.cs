using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using MediatR;

namespace ControlPlane.Tenants.Moving;

/// <summary>Gives up the way back of a tenant's move before its soak is over, and drops the old place.</summary>
[Requires(Role.Operator)]
public sealed record EndMove(string Slug) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<EndMove, Accepted>(HttpMethod.Post, "/tenants/{slug}/move-end");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<EndMove, Accepted>
    {
        public async Task<Accepted> Handle(EndMove request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var move = await db.SoakingAsync(tenant, cancellationToken);
            return new(await start.OfAsync<MoveCompletion>(tenant.Id, tenant.Slug, new OfMove(move.Id), cancellationToken));
        }
    }
}
