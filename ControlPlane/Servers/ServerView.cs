using ControlPlane.Catalog;

namespace ControlPlane.Servers;

/// <summary>A server as lists and single reads show it.</summary>
/// <param name="Databases">Tenant databases on it, warm ones included.</param>
/// <param name="Warm">Warm ones among them.</param>
/// <param name="SeenAt">When it last answered.</param>
/// <param name="ServerType">Of a machine that the control plane has made.</param>
/// <param name="PriceMonthly">Without VAT; null where nothing is paid, or nobody knows.</param>
public sealed record ServerView(
    Guid Id,
    string Name,
    string Region,
    Tier Tier,
    ServerState State,
    string Host,
    int Port,
    int Databases,
    int MaxDatabases,
    int Warm,
    int WarmTarget,
    int MaxConnections,
    int? UsedConnections,
    int? DataMegabytes,
    int? MaxDataMegabytes,
    DateTimeOffset? SeenAt,
    string? ServerType,
    decimal? PriceMonthly,
    string? Currency)
{
    internal static IQueryable<ServerView> Of(CatalogDb db, IQueryable<Server> servers) => servers.Select(s => new ServerView(
        s.Id,
        s.Name,
        s.Region,
        s.Tier,
        s.State,
        s.Host,
        s.Port,
        db.Databases.Count(d => d.ServerId == s.Id && d.State != TenantDatabaseState.Dropped),
        s.MaxDatabases,
        db.Databases.Count(d => d.ServerId == s.Id && d.State == TenantDatabaseState.Warm && d.TenantId == null),
        s.WarmTarget,
        s.MaxConnections,
        s.UsedConnections,
        s.DataMegabytes,
        s.MaxDataMegabytes,
        s.SeenAt,
        db.Machines.Where(m => m.Id == s.Id).Select(m => m.ServerType).SingleOrDefault(),
        db.Machines.Where(m => m.Id == s.Id).Select(m => m.PriceMonthly).SingleOrDefault(),
        db.Machines.Where(m => m.Id == s.Id).Select(m => m.Currency).SingleOrDefault()));
}
