using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tenants.Moving;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants;

/// <summary>One tenant, its limits, and the operation that is or was last at work on it.</summary>
[Requires(Role.Viewer)]
public sealed record ShowTenant(string Slug) : Query<ShowTenant.Answer>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ShowTenant, Answer>("/tenants/{slug}");

    /// <param name="Url">Where its people find it.</param>
    /// <param name="Move">The latest, whether or not it has been made.</param>
    /// <param name="DomainChange">What its owner must change in DNS since that move; null when nothing.</param>
    public sealed record Answer(TenantView Tenant, Plan Plan, string Url, OperationView? Operation, MoveView? Move, DomainChange? DomainChange);

    internal sealed class Handler(CatalogDb db, ControlPlaneSettings settings, IMachineProvider provider) : IRequestHandler<ShowTenant, Answer>
    {
        public async Task<Answer> Handle(ShowTenant request, CancellationToken cancellationToken)
        {
            // A slug can have had owners before; the living one counts, else the last.
            var newest = db.Tenants.AsNoTracking().Where(t => t.Slug == request.Slug)
                .OrderBy(t => t.State == TenantState.Purged).ThenByDescending(t => t.Id).Take(1);
            var tenant = await TenantView.Of(db, newest).SingleOrDefaultAsync(cancellationToken)
                ?? throw Problem.NotFound("tenant", request.Slug);
            var operation = await OperationView.Of(db.Operations.AsNoTracking().Where(o => o.SubjectId == tenant.Id).OrderByDescending(o => o.Id).Take(1))
                .SingleOrDefaultAsync(cancellationToken);
            var plan = await db.Plans.AsNoTracking().SingleAsync(p => p.Name == tenant.Plan, cancellationToken);
            var move = await MoveView.Of(db, db.Moves.AsNoTracking().Where(m => m.TenantId == tenant.Id).OrderByDescending(m => m.Id).Take(1)).SingleOrDefaultAsync(cancellationToken);
            return new(tenant, plan, settings.TenantUrlOf(tenant.Slug), operation, move, await DomainChange.FindAsync(db, tenant.Id, provider, cancellationToken));
        }
    }
}
