using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;

namespace ControlPlane.Tenants.Moving;

/// <summary>What moving a tenant to another server would take. Looks at both servers and changes nothing.</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Dump">By a dump, even where replication can carry everything.</param>
[Requires(Role.Operator, Role.Billing)]
public sealed record ShowMovePlan(string Slug, string Server, bool Dump = false) : Query<MoveForecast>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowMovePlan, MoveForecast>("/tenants/{slug}/move-plan");

    internal sealed class Handler(CatalogDb db, MoveOutlook outlook) : IRequestHandler<ShowMovePlan, MoveForecast>
    {
        public async Task<MoveForecast> Handle(ShowMovePlan request, CancellationToken cancellationToken)
        {
            var tenant = await db.ToLookAtAsync(request.Slug, cancellationToken);
            return await outlook.ToAsync(tenant, (await db.MovableToAsync(tenant, request.Server, cancellationToken)).Id, request.Dump, cancellationToken);
        }
    }
}
