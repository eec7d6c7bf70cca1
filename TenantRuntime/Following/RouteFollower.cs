using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantRuntime.Connections;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Following;

/// <summary>
/// Keeps the route table equal to the control plane's: all routes once, then changes as they happen. While the
/// control plane is away the table stays as it is, at first from the file.
/// </summary>
internal sealed class RouteFollower(
    ControlPlaneClient controlPlane,
    RouteTable table,
    RouteFile file,
    RouteWriter writer,
    Acknowledger acknowledger,
    PoolKeeper pools,
    TimeProvider time,
    ILogger<RouteFollower> log) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private bool mustFetch = true;

    /// <summary>Whether changes arrive at this moment.</summary>
    public bool IsConnected { get; private set; }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await file.ReadAsync(cancellationToken) is { } snapshot)
            {
                table.Load(snapshot);
                log.LogInformation("Serving {Tenants} tenants from the route snapshot at revision {Revision} until the control plane answers.", table.Count, table.Revision);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            log.LogWarning(e, "The route snapshot cannot be used.");
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = ShortestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FetchAsync(stoppingToken);
                await foreach (var change in controlPlane.FollowAsync(table.Revision, stoppingToken))
                {
                    IsConnected = true;
                    pause = ShortestPause;
                    if (change is not null)
                    {
                        await FollowAsync(table.Apply(change), isFirst: false);
                    }
                }
            }
            catch (RevisionTooOldException)
            {
                mustFetch = true;
            }
            catch (Exception e) when (IsOutage(e, stoppingToken))
            {
                log.LogWarning("The control plane does not answer ({Reason}); {Tenants} tenants are served as last known. Trying again in {Pause}.", e.Message, table.Count, pause);
            }

            IsConnected = false;
            await PauseAsync(pause, stoppingToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task FetchAsync(CancellationToken ct)
    {
        if (mustFetch)
        {
            var isFirst = !table.IsLoaded;
            await FollowAsync(table.Load(await controlPlane.GetRoutesAsync(ct)), isFirst);
            mustFetch = false;
            log.LogInformation("Serving {Tenants} tenants at revision {Revision}.", table.Count, table.Revision);
        }
    }

    private async Task FollowAsync(RouteTransition transition, bool isFirst)
    {
        foreach (var drain in transition.Drains)
        {
            acknowledger.NotBefore(transition.Revision, drain);
        }

        foreach (var left in transition.Left)
        {
            await left.Server.RetireAsync(left);
        }

        // Not at the start: whom to warm up among thousands is better left to the first requests.
        foreach (var tenant in isFirst ? [] : transition.Arrived)
        {
            pools.Arrived(tenant);
        }

        acknowledger.Applied(table.Revision);
        writer.Changed();
    }

    private static bool IsOutage(Exception e, CancellationToken stopping) =>
        e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !stopping.IsCancellationRequested);

    // Half of the pause is random, so that a fleet of runtimes does not come back in one wave.
    private Task PauseAsync(TimeSpan pause, CancellationToken ct) =>
        Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, ct);
}
