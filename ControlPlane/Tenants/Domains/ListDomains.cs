using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Lists a tenant's own host names: what to set in DNS, until when the certificate is good, what went wrong.</summary>
[Requires(Role.Viewer)]
public sealed record ListDomains(string Slug) : PagedQuery<DomainView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListDomains, Page<DomainView>>("/tenants/{slug}/domains");

    internal sealed class Handler(CatalogDb db, IMachineProvider provider, DomainTargets targets) : IRequestHandler<ListDomains, Page<DomainView>>
    {
        public async Task<Page<DomainView>> Handle(ListDomains request, CancellationToken cancellationToken)
        {
            var tenant = await db.Tenants.AsNoTracking().SingleOrDefaultAsync(t => t.Slug == request.Slug && t.State != TenantState.Purged, cancellationToken)
                ?? throw Problem.NotFound("tenant", request.Slug);
            var edge = await DomainOf.EdgeAsync(db, tenant.Id, provider, cancellationToken);
            var change = await DomainChange.FindAsync(db, tenant.Id, provider, cancellationToken);
            var after = request.AfterKey() ?? "";
            var domains = await db.Domains.AsNoTracking().Where(d => d.TenantId == tenant.Id && string.Compare(d.Name, after) > 0)
                .OrderBy(d => d.Name).Take(request.Limit + 1).ToListAsync(cancellationToken);
            var (ids, names) = (domains.ConvertAll(d => d.Id), domains.ConvertAll(d => d.Name));
            var work = (await db.Operations.AsNoTracking().Where(o => ids.Contains(o.SubjectId)).OrderByDescending(o => o.Id).ToListAsync(cancellationToken))
                .DistinctBy(o => o.SubjectId).Where(o => o.State is not (OperationState.Done or OperationState.Cancelled)).ToDictionary(o => o.SubjectId);
            var certificates = (await db.Certificates.AsNoTracking().Where(c => c.Names.Length == 1 && c.Names.Any(n => names.Contains(n))).ToListAsync(cancellationToken)).ToDictionary(c => c.Names[0], StringComparer.Ordinal);
            return Page<DomainView>.Of([.. domains.Select(Show)], request.Limit, d => d.Name);

            DomainView Show(Domain domain)
            {
                var (operation, certificate) = (work.GetValueOrDefault(domain.Id), certificates.GetValueOrDefault(domain.Name));
                return new(
                    domain.Name, domain.State, targets.RecordsFor(domain.Name, tenant, edge), domain.State == DomainState.Served ? change : null, certificate?.NotAfter,
                    operation?.Id, operation?.FinishedAt is null ? operation?.Status ?? WaitsFor(domain) : null, operation?.Error ?? certificate?.LastError, domain.CreatedAt);
            }

            string? WaitsFor(Domain domain) => edge is not null && domain is { State: DomainState.Served, CertificateRevision: null }
                ? $"No certificate yet: it comes within the hour after the name leads to {edge.Address}."
                : null;
        }
    }
}
