using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantRuntime.Following;

namespace TenantRuntime.Connections;

/// <summary>
/// Tells the control plane what this process needs on each server and takes the share it is granted. While the control
/// plane is away the shares stay as they are: nobody else can be granted more meanwhile.
/// </summary>
internal sealed class BudgetFollower(
    ServerPools servers, ControlPlaneClient controlPlane, IOptions<TenantRuntimeOptions> options, ILogger<BudgetFollower> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await ExchangeAsync(stoppingToken);
            using var rest = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            rest.CancelAfter(pause);
            await NewServerOrAsync(rest.Token);
        }
    }

    // A server used for the first time needs its share now, not at the next turn.
    private async Task NewServerOrAsync(CancellationToken rest)
    {
        try
        {
            await servers.Created.ReadAsync(rest);
        }
        catch (OperationCanceledException) when (rest.IsCancellationRequested)
        {
            // Nobody new: the turn is due, or the application ends.
        }
    }

    private async Task<TimeSpan> ExchangeAsync(CancellationToken ct)
    {
        try
        {
            var demands = servers.All.Select(Demand).ToList();
            var grant = await controlPlane.AskForBudgetAsync(new BudgetRequest(options.Value.Instance, demands), ct);
            foreach (var share in grant.Servers)
            {
                await servers.Of(share.ServerId).ChangeLimitAsync(share.Share);
            }

            servers.SharesAreGranted();
            return Interval;
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            await servers.SharesAreNotGrantedAsync();
            return AskAgain;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            log.LogDebug(e, "The control plane grants no shares at the moment; those held stay in force.");
            return Interval;
        }
    }

    private static ServerDemand Demand(ServerPool server)
    {
        var (held, wanted, _) = server.Report();
        return new ServerDemand(server.ServerId, held, wanted);
    }
}
