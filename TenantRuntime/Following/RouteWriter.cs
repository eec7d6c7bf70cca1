using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Following;

/// <summary>Writes the routes to disk after changes, at most once a second, and once more at the end.</summary>
internal sealed class RouteWriter(RouteTable table, RouteFile file, TimeProvider time, ILogger<RouteWriter> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Changed() => changed.Writer.TryWrite(true);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (changed.Reader.TryRead(out _))
        {
            await WriteAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await changed.Reader.WaitToReadAsync(stoppingToken))
        {
            changed.Reader.TryRead(out _);
            await WriteAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        try
        {
            await file.WriteAsync(table.ToSnapshot(), ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError(e, "The route snapshot could not be written; after a restart without the control plane, tenants would be served as of the last snapshot.");
        }
    }
}
