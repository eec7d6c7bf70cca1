using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Plans;

/// <summary>Lists plans, the cheapest first.</summary>
[Requires(Role.Viewer)]
public sealed record ListPlans : Query<Page<PlanView>>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListPlans, Page<PlanView>>("/plans");

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListPlans, Page<PlanView>>
    {
        public async Task<Page<PlanView>> Handle(ListPlans request, CancellationToken cancellationToken)
        {
            var plans = await db.Plans.AsNoTracking().OrderBy(p => p.PriceCents).ThenBy(p => p.Name).ToListAsync(cancellationToken);
            return new([.. plans.Select(PlanView.Of)], Next: null);
        }
    }
}
