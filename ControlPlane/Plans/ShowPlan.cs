using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Plans;

/// <summary>Shows one plan.</summary>
[Requires(Role.Viewer)]
public sealed record ShowPlan(string Name) : Query<PlanView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowPlan, PlanView>("/plans/{name}");

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ShowPlan, PlanView>
    {
        public async Task<PlanView> Handle(ShowPlan request, CancellationToken cancellationToken) =>
            await db.Plans.AsNoTracking().SingleOrDefaultAsync(p => p.Name == request.Name, cancellationToken) is { } plan
                ? PlanView.Of(plan)
                : throw Problem.NotFound("plan", request.Name);
    }
}
