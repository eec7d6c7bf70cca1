using Crm.Data;
using TenantRuntime;

namespace Crm.Endpoints;

internal static class SearchEndpoints
{
    public static void MapSearch(this WebApplication app)
    {
        app.MapGet("/api/search", (string? q, CrmDb db, CancellationToken ct) => Search.FindAsync(db, q, ct));
        app.MapGet("/api/whoami", (ITenant tenant) => new { tenant.Slug, tenant.Database, tenant.Plan });
    }
}
