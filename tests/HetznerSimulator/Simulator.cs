using System.Net;
using HetznerSimulator.Actions;
using HetznerSimulator.Calls;
using HetznerSimulator.Contract;
using HetznerSimulator.Control;
using HetznerSimulator.Dns;
using HetznerSimulator.Dns.Serving;
using HetznerSimulator.Faults;
using HetznerSimulator.Firewalls;
using HetznerSimulator.Http;
using HetznerSimulator.Images;
using HetznerSimulator.Networks;
using HetznerSimulator.Offers;
using HetznerSimulator.PlacementGroups;
using HetznerSimulator.PrimaryIps;
using HetznerSimulator.Servers;
using HetznerSimulator.SshKeys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HetznerSimulator;

/// <summary>A cloud of one's own that speaks the Hetzner Cloud API: one project, everything in memory, gone when disposed.</summary>
public sealed class Simulator : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _web;
    private readonly Pipeline _pipeline;
    private readonly Cloud _cloud;
    private NameServer? _names;

    private Simulator(SimulatorOptions options)
    {
        Token = options.Token;
        ReadOnlyToken = options.ReadOnlyToken;
        _cloud = new Cloud(options.Hosts, options.Time, options.ActionTime, _stopping.Token);
        _pipeline = new Pipeline(options, _cloud, Faults, Calls, Violations);
        _web = Build(options);
        var api = new Routes(_web, _pipeline, _stopping.Token);
        ActionRoutes.Map(api);
        OfferRoutes.Map(api);
        ServerRoutes.Map(api);
        SshKeyRoutes.Map(api);
        FirewallRoutes.Map(api);
        NetworkRoutes.Map(api);
        PlacementGroupRoutes.Map(api);
        PrimaryIpRoutes.Map(api);
        ImageRoutes.Map(api);
        ZoneRoutes.Map(api);
        RrSetRoutes.Map(api);
        api.Otherwise();
        Served = api.Served;
        ControlRoutes.Map(_web, this);
    }

    /// <summary>What a client sets as its endpoint: <c>http://127.0.0.1:PORT/v1</c>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Where the zones are served over DNS (UDP); null where nobody asked for it.</summary>
    public IPEndPoint? Dns => _names?.Address;

    /// <summary>The bearer token that may read and write.</summary>
    public string Token { get; }

    /// <summary>The bearer token that may only read.</summary>
    public string ReadOnlyToken { get; }

    /// <summary>What goes wrong with the calls to come.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Every call so far.</summary>
    public CallLog Calls { get; } = new();

    /// <summary>What the official document did not allow.</summary>
    public ViolationLog Violations { get; } = new();

    /// <summary>Every endpoint of the API that is served, as method and path.</summary>
    internal IReadOnlyList<(string Method, string Path)> Served { get; }

    /// <summary>Starts listening on loopback; the simulator owns and disposes the hosts.</summary>
    public static async Task<Simulator> StartAsync(SimulatorOptions options, CancellationToken ct)
    {
        var simulator = new Simulator(options);
        if (options.DnsPort is { } port)
        {
            simulator._names = new NameServer(port, (host, type) => simulator.Read(cloud => ZoneLookup.Find(cloud.Zones.All, host, type)));
        }

        await simulator._web.StartAsync(ct);
        simulator.Address = new Uri(simulator._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1");
        return simulator;
    }

    /// <summary>Looks at the cloud while nothing changes it; copy what is needed longer.</summary>
    public T Read<T>(Func<Cloud, T> read)
    {
        lock (_pipeline.Gate)
        {
            _cloud.Actions.Settle();
            return read(_cloud);
        }
    }

    /// <summary>Changes the cloud behind the API's back: limits, stock, labels, anything.</summary>
    public void Change(Action<Cloud> change) => Read(cloud =>
    {
        change(cloud);
        return cloud;
    });

    /// <summary>Forgets the faults that are planned; actions that are stuck end in error.</summary>
    public void ClearFaults()
    {
        Faults.Clear();
        Change(cloud => cloud.Actions.Release());
    }

    /// <summary>Takes a server away behind the API's back; with <paramref name="reuseAddress"/> a server of somebody else answers at its address.</summary>
    /// <exception cref="CloudException">There is no such server.</exception>
    public void Vanish(long serverId, bool reuseAddress = false) => Change(cloud => Disasters.Vanish(cloud, cloud.Servers.Get(serverId), reuseAddress));

    /// <summary>Adds running servers named <c>PREFIX-1</c>, <c>PREFIX-2</c>, … that are records even where hosts are real.</summary>
    public void AddServers(int count, string prefix, IReadOnlyDictionary<string, string> labels) => Change(cloud => Seeding.AddServers(cloud, count, prefix, labels));

    /// <summary>Ends when the process is told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken ct) => _web.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        if (_names is { } names)
        {
            await names.DisposeAsync();
        }

        await _web.DisposeAsync();
        await _cloud.Actions.AtRestAsync();
        try
        {
            await _cloud.HostsAtRestAsync();
        }
        catch (OperationCanceledException)
        {
            // What was begun is broken off; the hosts clean up after themselves.
        }

        await _cloud.Hosts.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(SimulatorOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // Calls that are held back by a fault end with the simulator, not half a minute later.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var web = builder.Build();
        web.Urls.Add($"http://127.0.0.1:{options.Port}");
        return web;
    }
}
