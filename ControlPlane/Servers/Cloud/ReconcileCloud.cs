using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Cloud;

/// <summary>Compares the cloud with the catalog: often enough to find what is lost, seldom enough for the provider's rate limit with thousands of machines.</summary>
public sealed class ReconcileCloud(IServiceProvider services, IDbContextFactory<CatalogDb> catalogs, ILogger<ReconcileCloud> log) : Chore
{
    public override string Cron => "0 7/15 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        // There is one only where there is an account.
        if (services.GetService<CloudReconciler>() is { } reconciler)
        {
            await reconciler.ReconcileAsync(await NowAsync(ct), line => log.LogDebug("{Line}", line), ct);
        }
    }

    private async Task<DateTimeOffset> NowAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        return await db.NowAsync(ct);
    }
}
