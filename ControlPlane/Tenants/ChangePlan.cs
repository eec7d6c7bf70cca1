using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Runtimes;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;

namespace ControlPlane.Tenants;

/// <summary>Puts the tenant on another plan; its limits change within seconds. Refused where its data outgrows a smaller one.</summary>
/// <param name="Force">All the same. Not for billing.</param>
[Requires(Role.Operator, Role.Billing)]
public sealed record ChangePlan(string Slug, string Plan, bool Force = false) : Command<Unit>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ChangePlan, Unit>(HttpMethod.Post, "/tenants/{slug}/plan");

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, Caller caller) : IRequestHandler<ChangePlan, Unit>
    {
        public async Task<Unit> Handle(ChangePlan request, CancellationToken cancellationToken)
        {
            if (request.Force && caller.Role == Role.Billing)
            {
                throw new ProblemException(
                    403, "force_not_allowed", "The role billing cannot force a plan upon a tenant.", "Send it without 'force', or ask an operator.");
            }

            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var plans = await db.Plans.AsNoTracking().OrderBy(p => p.PriceCents).ToListAsync(cancellationToken);
            var wanted = plans.Find(p => p.Name == request.Plan)
                ?? throw InvalidRequest.Of(new Fault("plan", $"must be one of {string.Join(", ", plans.Select(p => p.Name))}"));
            if (!request.Force)
            {
                var bytes = await db.Databases.Where(d => d.Id == tenant.DatabaseId).Select(d => d.Bytes).SingleOrDefaultAsync(cancellationToken);
                PlanFit.Demand(tenant, bytes, wanted, plans);
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
