using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants;

/// <summary>Lists tenants by slug.</summary>
/// <param name="Search">Part of the slug.</param>
/// <param name="State">Null leaves out the purged ones.</param>
/// <param name="Server">Name of the server that their database is on.</param>
[Requires(Role.Viewer)]
public sealed record ListTenants(string? Search = null, TenantState? State = null, string? Plan = null, string? Server = null)
    : PagedQuery<TenantView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListTenants, Page<TenantView>>("/tenants");

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListTenants, Page<TenantView>>
    {
        public async Task<Page<TenantView>> Handle(ListTenants request, CancellationToken cancellationToken)
        {
            var tenants = db.Tenants.AsNoTracking().Where(t => request.State == null ? t.State != TenantState.Purged : t.State == request.State);
            if (request.Search is { } search)
            {
                tenants = tenants.Where(t => t.Slug.Contains(search));
            }

            if (request.Plan is { } plan)
            {
                tenants = tenants.Where(t => t.Plan == plan);
            }

            if (request.Server is { } server)
            {
                tenants = tenants.Where(t => db.Databases.Any(d => d.Id == t.DatabaseId && db.Servers.Any(s => s.Id == d.ServerId && s.Name == server)));
            }

            if (request.AfterKey() is { } after)
            {
                tenants = tenants.Where(t => string.Compare(t.Slug, after) > 0);
            }

            // The views are made for one page, not for all tenants.
            var page = await TenantView.Of(db, tenants.OrderBy(t => t.Slug).Take(request.Limit + 1)).ToListAsync(cancellationToken);
            page.Sort((a, b) => string.CompareOrdinal(a.Slug, b.Slug));
            return Page<TenantView>.Of(page, request.Limit, t => t.Slug);
        }
    }
}
