using System.Collections.Concurrent;
using Npgsql;

namespace ControlPlane.Catalog;

/// <summary>
/// Hears what any node commits to the catalog (PostgreSQL's LISTEN) and passes it to who follows here. A signal only says
/// "look again": after a lost connection everybody gets one, so nothing is missed. When this process is to stop, all following ends at
/// once: an answer that goes on for ever would hold the stop up until the host loses its patience.
/// </summary>
public sealed class CatalogEvents(NpgsqlDataSource catalog, IHostApplicationLifetime host, ILogger<CatalogEvents> log) : BackgroundService
{
    public const string Operations = "operations";
    public const string Routes = "routes";

    private readonly ConcurrentDictionary<CatalogFollower, string> followers = new();

    /// <summary>Begins to follow a channel; dispose what it returns to stop.</summary>
    public CatalogFollower Follow(string channel)
    {
        var follower = new CatalogFollower(gone => followers.TryRemove(gone, out _), host.ApplicationStopping);
        followers[follower] = channel;
        return follower;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception error) when (error is NpgsqlException or IOException)
            {
                log.LogWarning("Listening to the catalog again in a second: {Reason}", error.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await catalog.OpenConnectionAsync(ct);
        connection.Notification += (_, signal) => Pass(signal.Channel, signal.Payload);
        await using (var listen = new NpgsqlCommand($"listen {Operations}; listen {Routes}", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        foreach (var channel in followers.Values.Distinct(StringComparer.Ordinal))
        {
            Pass(channel, "");
        }

        while (true)
        {
            await connection.WaitAsync(ct);
        }
    }

    private void Pass(string channel, string payload)
    {
        foreach (var (follower, wanted) in followers)
        {
            if (wanted == channel)
            {
                follower.Signal(payload);
            }
        }
    }
}
