using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using MediatR;

namespace ControlPlane.Tenants.Moving;

/// <summary>Brings a tenant back to where it lived before its move, without a copy, as long as the soak lasts.</summary>
[Requires(Role.Operator)]
public sealed record MoveBack(string Slug) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<MoveBack, Accepted>(HttpMethod.Post, "/tenants/{slug}/move-back");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start) : IRequestHandler<MoveBack, Accepted>
    {
        public async Task<Accepted> Handle(MoveBack request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var move = await db.SoakingAsync(tenant, cancellationToken);
            return new(await start.OfAsync<TenantReturn>(tenant.Id, tenant.Slug, new OfMove(move.Id), cancellationToken));
        }
    }
}
