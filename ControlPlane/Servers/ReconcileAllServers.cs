using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers;

/// <summary>Compares every server with the catalog, once a minute.</summary>
public sealed class ReconcileAllServers(
    IDbContextFactory<CatalogDb> catalogs, Reconciler reconciler, ILogger<ReconcileAllServers> log) : Chore
{
    public override string Cron => "30 * * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        foreach (var server in await db.Servers.Where(s => s.State != ServerState.Removed).Select(s => s.Id).ToListAsync(ct))
        {
            await reconciler.ReconcileAsync(server, line => log.LogDebug("{Server}: {Line}", server, line), ct);
        }
    }
}
