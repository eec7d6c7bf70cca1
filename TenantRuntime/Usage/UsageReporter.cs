using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantRuntime.Following;
using TenantRuntime.Sessions;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Usage;

/// <summary>
/// Reports counted requests, and sessions on a wrong host, in batches, each until it is accepted. What the control plane has not accepted by the end
/// is kept beside the route snapshot and sent after the next start.
/// </summary>
internal sealed class UsageReporter(
    RouteTable table, ForeignSessions foreign, ControlPlaneClient controlPlane, IOptions<TenantRuntimeOptions> options, TimeProvider time, ILogger<UsageReporter> log) : BackgroundService
{
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(3);

    // A host may be stopped twice, and does not wait for ever for what runs: collecting and sending happen one at a time.
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly List<UsageBatch> unsent = [];

    private string? KeepPath => options.Value.SnapshotPath is { } path ? path + ".usage" : null;

    /// <summary>The start of the hour that a time lies in.</summary>
    internal static DateTimeOffset HourOf(DateTimeOffset time) => new(time.Year, time.Month, time.Day, time.Hour, 0, 0, TimeSpan.Zero);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (KeepPath is { } path && File.Exists(path))
        {
            try
            {
                await using (var kept = File.OpenRead(path))
                {
                    unsent.AddRange(await JsonSerializer.DeserializeAsync<List<UsageBatch>>(kept, cancellationToken: cancellationToken) ?? []);
                }

                File.Delete(path);
            }
            catch (JsonException e)
            {
                log.LogError(e, "The kept usage in {Path} is damaged and cannot be reported; the file is left as it is.", path);
            }
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The server has stopped by now: no request is counted any more.
        await base.StopAsync(cancellationToken);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(LastChance);
        await InTurnAsync(async () =>
        {
            Collect(isLast: true);
            if (!await TrySendAsync(limited.Token))
            {
                await KeepAsync();
            }
        });
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(UntilNext(), time, stoppingToken);
            await InTurnAsync(() =>
            {
                Collect(isLast: false);
                return TrySendAsync(stoppingToken);
            });
        }
    }

    private async Task InTurnAsync(Func<Task> work)
    {
        // Not cancellable: at the end it must come to its turn, and whoever has it is bounded in time.
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            await work();
        }
        finally
        {
            turn.Release();
        }
    }

    // Never across a full hour, so that requests are counted in theirs.
    private TimeSpan UntilNext()
    {
        var now = time.GetUtcNow();
        var untilHour = HourOf(now).AddHours(1) - now;
        return untilHour < options.Value.UsageInterval ? untilHour : options.Value.UsageInterval;
    }

    private void Collect(bool isLast)
    {
        // A timer may fire a little late; what is counted within a second after the hour belongs to the one before.
        var hour = HourOf(time.GetUtcNow().AddSeconds(-1));
        List<UsageHour> hours = [];
        foreach (var tenant in table.All())
        {
            if (tenant.TakeCount() is var requests and > 0)
            {
                hours.Add(new UsageHour(tenant.Id, hour, requests));
            }
        }

        var sessions = foreign.Take(hour, isLast);
        if (hours.Count > 0 || sessions.Count > 0)
        {
            unsent.Add(new UsageBatch(options.Value.Instance, Guid.CreateVersion7(), hours, sessions));
        }
    }

    private async Task<bool> TrySendAsync(CancellationToken ct)
    {
        try
        {
            while (unsent.Count > 0)
            {
                await controlPlane.ReportUsageAsync(unsent[0], ct);
                unsent.RemoveAt(0);
            }

            return true;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            log.LogDebug(e, "{Batches} batches of usage wait for the control plane.", unsent.Count);
            return false;
        }
    }

    private async Task KeepAsync()
    {
        if (KeepPath is not { } path)
        {
            log.LogWarning("{Batches} batches of usage could not be reported and are lost. Set TenantRuntime__SnapshotPath to keep them over a restart.", unsent.Count);
            return;
        }

        await using var kept = File.Create(path);
        await JsonSerializer.SerializeAsync(kept, unsent, cancellationToken: CancellationToken.None);
    }
}
