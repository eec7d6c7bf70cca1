using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Runtimes;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants;

/// <summary>Puts the tenant on another plan; its limits change within seconds.</summary>
[Requires(Role.Operator, Role.Billing)]
public sealed record ChangePlan(string Slug, string Plan) : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ChangePlan, Unit>(HttpMethod.Post, "/tenants/{slug}/plan");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ChangePlan, Unit>
    {
        public async Task<Unit> Handle(ChangePlan request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var plans = await db.Plans.OrderBy(p => p.PriceCents).Select(p => p.Name).ToListAsync(cancellationToken);
            if (!plans.Contains(request.Plan))
            {
                throw InvalidRequest.Of(new Fault("plan", $"must be one of {string.Join(", ", plans)}"));
            }

            tenant.Plan = request.Plan;
            if (tenant.State is TenantState.Active or TenantState.Suspended)
            {
                var state = tenant.State == TenantState.Active ? RouteState.Active : RouteState.Suspended;
                await RoutePublisher.PublishAsync(db, tenant.Id, state, cancellationToken);
            }

            return Unit.Value;
        }
    }
}
