using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Hetzner.Actions;
using Provisioner.Hetzner.Images;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Prices;
using Provisioner.Hetzner.Servers;
using Provisioner.Hetzner.Zones;
using Provisioner.Http;

namespace Provisioner.Hetzner;

/// <summary>
/// One project of the Hetzner Cloud. Thread-safe; make one per token, since all its callers together are kept below the token's
/// rate limit. Passing failures are repeated; others, and lasting ones, are <see cref="HetznerException"/>s.
/// </summary>
public sealed class HetznerClient : IAsyncDisposable
{
    private readonly ApiCaller caller;
    private readonly HetznerApi api;
    private readonly ActionPoller poller;

    /// <param name="handler">Sends the requests; not disposed. Null makes one.</param>
    public HetznerClient(HetznerOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null, ILogger<HetznerClient>? log = null)
    {
        time ??= TimeProvider.System;
        var endpoint = new ApiEndpoint(options.Endpoint, options.Token, options.CallTimeout, options.Attempts);
        caller = new ApiCaller(endpoint, new HetznerDialect(options.Token), new RateBudget(TimeSpan.FromHours(1), limit: null, time), handler, time, log ?? NullLogger<HetznerClient>.Instance);
        api = new HetznerApi(caller);
        poller = new ActionPoller(api, time);
        Actions = new HetznerActions(api, poller, options.ActionTimeout, time);
        Servers = new HetznerServers(api, time);
        PlacementGroups = new HetznerPlacementGroups(api, time);
        SshKeys = new HetznerSshKeys(api, time);
        Images = new HetznerImages(api, time);
        Networks = new HetznerNetworks(api, time);
        Firewalls = new HetznerFirewalls(api, time);
        PrimaryIps = new HetznerPrimaryIps(api, time);
        ServerTypes = new HetznerServerTypes(api);
        Locations = new HetznerLocations(api);
        Zones = new HetznerZones(api, time);
        RecordSets = new HetznerRecordSets(api);
    }

    public HetznerActions Actions { get; }

    public HetznerServers Servers { get; }

    public HetznerPlacementGroups PlacementGroups { get; }

    public HetznerSshKeys SshKeys { get; }

    public HetznerImages Images { get; }

    public HetznerNetworks Networks { get; }

    public HetznerFirewalls Firewalls { get; }

    public HetznerPrimaryIps PrimaryIps { get; }

    public HetznerServerTypes ServerTypes { get; }

    public HetznerLocations Locations { get; }

    public HetznerZones Zones { get; }

    public HetznerRecordSets RecordSets { get; }

    public Task<HetznerPricing> GetPricingAsync(CancellationToken ct) => api.GetAsync("pricing", a => a.One("pricing", HetznerJson.Default.HetznerPricing), ct);

    /// <summary>Reads everything that an installation has made, one kind after the other: at least one request per kind and zone.</summary>
    public async Task<HetznerInventory> ReadInventoryAsync(string installation, CancellationToken ct)
    {
        var ours = LabelSelector.OfInstallation(installation);
        var recordSets = new List<(string, HetznerRecordSet)>();
        await foreach (var zone in Zones.ListAsync(selector: null, ct))
        {
            await foreach (var set in RecordSets.ListAsync(zone.Name, ours, ct))
            {
                recordSets.Add((zone.Name, set));
            }
        }

        return new HetznerInventory(
            await Servers.ListAsync(ours, ct).ToListAsync(ct),
            await Firewalls.ListAsync(ours, ct).ToListAsync(ct),
            await SshKeys.ListAsync(ours, ct).ToListAsync(ct),
            await Networks.ListAsync(ours, ct).ToListAsync(ct),
            await PlacementGroups.ListAsync(ours, ct).ToListAsync(ct),
            await PrimaryIps.ListAsync(ours, ct).ToListAsync(ct),
            await Images.ListAsync(ours, ct).ToListAsync(ct),
            recordSets);
    }

    public async ValueTask DisposeAsync()
    {
        await poller.DisposeAsync();
        caller.Dispose();
    }
}
