using ControlPlane.Access;
using ControlPlane.Access.Pipeline;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Gives a tenant's own host name up, with its certificate. One that is still being added is cancelled instead.</summary>
[Requires(Role.Operator)]
public sealed record RemoveDomain(string Slug, string Name) : Command<Accepted>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RemoveDomain, Accepted>(HttpMethod.Delete, "/tenants/{slug}/domains/{name}");

    public override string Subject() => $"tenants/{Slug}/domains/{DomainName.Read(Name)}";

    public override string? Tenant() => Slug;

    internal sealed class Handler(CatalogDb db, OperationStart start, OperationLauncher launcher, AfterCommit after) : IRequestHandler<RemoveDomain, Accepted>
    {
        public async Task<Accepted> Handle(RemoveDomain request, CancellationToken cancellationToken)
        {
            var tenant = await db.ForChangeAsync(request.Slug, cancellationToken);
            var name = DomainName.Read(request.Name);
            var domain = await db.Domains.SingleOrDefaultAsync(d => d.Name == name && d.TenantId == tenant.Id, cancellationToken)
                ?? throw new ProblemException(404, "domain_not_found", $"'{tenant.Slug}' has no domain '{name}'.", $"List what it has with: ctl tenants domains list {tenant.Slug}");
            var live = await db.Operations.AsNoTracking().SingleOrDefaultAsync(o => o.SubjectId == domain.Id && o.FinishedAt == null, cancellationToken);
            if (live is null)
            {
                return new(await start.OfAsync<DomainRemoval>(domain.Id, name, new { tenant = tenant.Slug }, cancellationToken));
            }

            if (live.Workflow != nameof(DomainAddition) || !live.Undoable || live.State is OperationState.NeedsOperator)
            {
                throw new ProblemException(409, "operation_in_progress", $"{live.Workflow} is at work on '{name}'.", $"Wait for it with: ctl operations watch {live.Id}; or, where that is possible, end it with: ctl operations cancel {live.Id}; then remove the domain.").With("operation", live.Id);
            }

            if (live.State != OperationState.Undoing)
            {
                await OperationControl.CancelAsync(db, live.Id, cancellationToken);
                after.Add(() => launcher.Wake(live.Id));
            }

            return new(live.Id);
        }
    }
}
