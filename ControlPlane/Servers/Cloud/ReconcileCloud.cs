using ControlPlane.Operations;

namespace ControlPlane.Servers.Cloud;

/// <summary>Compares the cloud with the catalog: often enough to find what is lost, seldom enough for the provider's rate limit with thousands of machines.</summary>
public sealed class ReconcileCloud(IServiceProvider services, ILogger<ReconcileCloud> log) : Chore
{
    public override string Cron => "0 7/15 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        // There is one only where there is an account.
        if (services.GetService<CloudReconciler>() is { } reconciler)
        {
            await reconciler.ReconcileAsync(line => log.LogDebug("{Line}", line), ct);
        }
    }
}
