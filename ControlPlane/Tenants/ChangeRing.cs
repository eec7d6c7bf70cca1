using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;

namespace ControlPlane.Tenants;

/// <summary>Puts the tenant into another ring: when its turn comes as something new goes over the fleet.</summary>
[Requires(Role.Operator)]
public sealed record ChangeRing(string Slug, int Ring) : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ChangeRing, Unit>(HttpMethod.Post, "/tenants/{slug}/ring");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    public override IEnumerable<Fault> Faults() => FaultsOf(Ring);

    internal static IEnumerable<Fault> FaultsOf(int ring)
    {
        if (ring is < 0 or > TenantRing.Last)
        {
            yield return new("ring", $"must be from 0 to {TenantRing.Last}");
        }
    }

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ChangeRing, Unit>
    {
        public async Task<Unit> Handle(ChangeRing request, CancellationToken cancellationToken)
        {
            (await db.ForChangeAsync(request.Slug, cancellationToken)).Ring = request.Ring;
            return Unit.Value;
        }
    }
}
