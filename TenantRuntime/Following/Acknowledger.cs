using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantRuntime.Health;

namespace TenantRuntime.Following;

/// <summary>
/// Tells the control plane up to which revision changes are in force here, and for which schema this release is made; at the
/// end, that it is gone. A hold is in force only when nobody uses the tenant's database any more.
/// </summary>
internal sealed class Acknowledger(
    ControlPlaneClient controlPlane, IEnumerable<ISchemaVersion> schemas, IOptions<TenantRuntimeOptions> options, TimeProvider time, ILogger<Acknowledger> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private readonly List<(long Revision, Task Drained)> draining = [];
    private long applied;

    /// <summary>Changes up to this revision are applied.</summary>
    public void Applied(long revision)
    {
        lock (gate)
        {
            applied = revision;
        }

        changed.Writer.TryWrite(true);
    }

    /// <summary>This revision is not in force before the task is done.</summary>
    public void NotBefore(long revision, Task drained)
    {
        lock (gate)
        {
            draining.Add((revision, drained));
        }

        drained.GetAwaiter().OnCompleted(() => changed.Writer.TryWrite(true));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Goodbye);
        try
        {
            await controlPlane.LeaveAsync(limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            log.LogDebug(e, "The control plane could not be told that this process ends; it will take a day to be sure.");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var schema = options.Value.SchemaHead ?? schemas.Select(s => s.Head).Max(StringComparer.Ordinal);
        while (!stoppingToken.IsCancellationRequested)
        {
            await ChangedOrAMinuteAsync(stoppingToken);
            changed.Reader.TryRead(out _);
            try
            {
                await controlPlane.AcknowledgeAsync(InForce(), schema, stoppingToken);
            }
            catch (HttpRequestException e)
            {
                log.LogDebug(e, "The control plane could not be told what is in force; trying again.");
                changed.Writer.TryWrite(true);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async Task ChangedOrAMinuteAsync(CancellationToken stopping)
    {
        await using var alarm = time.CreateTimer(_ => changed.Writer.TryWrite(true), state: null, SignOfLife, Timeout.InfiniteTimeSpan);
        await changed.Reader.WaitToReadAsync(stopping);
    }

    private long InForce()
    {
        lock (gate)
        {
            draining.RemoveAll(d => d.Drained.IsCompleted);
            return draining.Count == 0 ? applied : Math.Min(applied, draining.Min(d => d.Revision) - 1);
        }
    }
}
