using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Start;
using MediatR;

namespace ControlPlane.Tenants.Moving;

/// <summary>What <see cref="ChangeTier"/> would take, and what it would cost. Changes nothing; where a machine would be made, the place that the tenant has is looked at alone.</summary>
/// <param name="Dump">By a dump, even where replication can carry everything.</param>
[Requires(Role.Operator, Role.Billing)]
public sealed record ShowTierPlan(string Slug, Tier Tier, bool Dump = false) : Query<MoveForecast>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowTierPlan, MoveForecast>("/tenants/{slug}/tier-plan");

    internal sealed class Handler(CatalogDb db, MoveOutlook outlook, ControlPlaneSettings settings) : IRequestHandler<ShowTierPlan, MoveForecast>
    {
        public async Task<MoveForecast> Handle(ShowTierPlan request, CancellationToken cancellationToken)
        {
            var tenant = await db.ToLookAtAsync(request.Slug, cancellationToken);
            var server = await ChangeTier.RequireAsync(db, tenant, request.Tier, settings, cancellationToken) ?? await outlook.FindMachineAsync(tenant, cancellationToken);
            return server is { } there ? await outlook.ToAsync(tenant, there, request.Dump, cancellationToken) : await outlook.ToNewMachineAsync(tenant, request.Dump, cancellationToken);
        }
    }
}
