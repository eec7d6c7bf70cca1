using ControlPlane.Catalog;

namespace ControlPlane.Tenants;

/// <summary>A tenant as lists and single reads show it.</summary>
/// <param name="Server">Name of the server that its database is on; null until one is chosen.</param>
/// <param name="Bytes">What its database takes on disk, when it was last measured.</param>
/// <param name="Domains">Host names of its own that are served.</param>
/// <param name="Warnings">Open findings about its own server; of a customer on a shared one there are none here.</param>
/// <param name="PurgeAt">Of a deleted one: when nothing can bring it back any more.</param>
public sealed record TenantView(
    Guid Id,
    string Slug,
    string Plan,
    Tier Tier,
    string Region,
    int Ring,
    TenantState State,
    string? Server,
    string? Database,
    string? SchemaVersion,
    long? Bytes,
    IReadOnlyList<string> Domains,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ActivatedAt,
    string? SuspendedBecause,
    IReadOnlyList<string> Warnings,
    DateTimeOffset? PurgeAt)
{
    internal static IQueryable<TenantView> Of(CatalogDb db, IQueryable<Tenant> tenants) =>
        from tenant in tenants
        join database in db.Databases on tenant.DatabaseId equals database.Id into databases
        from database in databases.DefaultIfEmpty()
        join server in db.Servers on database.ServerId equals server.Id into servers
        from server in servers.DefaultIfEmpty()
        select new TenantView(
            tenant.Id,
            tenant.Slug,
            tenant.Plan,
            tenant.Tier,
            tenant.Region,
            tenant.Ring,
            tenant.State,
            server.Name,
            database.Name,
            database.SchemaVersion,
            database.Bytes,
            db.Domains.Where(d => d.TenantId == tenant.Id && d.State == DomainState.Served).OrderBy(d => d.Name).Select(d => d.Name).ToList(),
            tenant.CreatedAt,
            tenant.ActivatedAt,
            tenant.SuspendedBecause,
            db.Findings.Where(f => f.ServerId == server.Id && server.Tier == Tier.Dedicated && f.ResolvedAt == null).OrderBy(f => f.Id).Select(f => f.Detail).ToList(),
            tenant.PurgeAt);
}
