using System.Collections.Concurrent;
using System.Net;
using Provisioner;

namespace HetznerSimulator.Hosts;

/// <summary>
/// Debian machines by systemd-nspawn on a private network of this machine: real systemd, real cloud-init, real SSH, apt that
/// works. Needs root on Linux. What a killed simulator left is removed at once by a guardian process, or when the next one starts.
/// </summary>
public sealed class RealHosts : IHosts
{
    private const string DefaultImage = "debian-12";

    private readonly World world;
    private readonly WorldNetwork network;
    private readonly BaseTrees trees;
    private readonly OuterMachine outer;
    private readonly ConcurrentDictionary<long, RealHost> hosts = new();
    private readonly SharedTrees snapshots;
    private int lastNumber;

    private RealHosts(World world, WorldNetwork network, BaseTrees trees, OuterMachine outer)
    {
        this.world = world;
        this.network = network;
        this.trees = trees;
        this.outer = outer;
        snapshots = new SharedTrees(Path.Combine(world.Folder, "snapshots"), world.Trash);
    }

    /// <summary>Where trees and machines are kept unless told otherwise.</summary>
    public static string DefaultFolder { get; } =
        Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : "/var/cache", "controlplane-hosts");

    /// <summary>
    /// Prepares this machine, installs what it lacks, removes what dead simulators left, and makes the base tree where it is not
    /// yet there, which takes about 80 s.
    /// </summary>
    /// <exception cref="ProvisioningException"><c>hosts_impossible</c>: the message says what is missing.</exception>
    public static async Task<RealHosts> StartAsync(CancellationToken ct, string? folder = null)
    {
        folder ??= DefaultFolder;
        await HostRequirements.PrepareAsync(ct);
        await RemoveAbandonedAsync(ct, folder);
        var machine = await OuterMachine.ReadAsync(ct);
        var made = new BaseTrees(Path.Combine(folder, "trees"));
        await made.GetAsync(DefaultImage, machine, ct);
        WorldNetwork? bridge = null;
        var opened = await World.OpenAsync(Worlds(folder), async mine => bridge = await WorldNetwork.SetUpAsync(mine, machine.Mtu, ct), ct);
        return new RealHosts(opened, bridge!, made, machine);
    }

    /// <summary>Removes the machines, networks, mounts and folders of simulators that are dead; living ones keep theirs.</summary>
    /// <returns>The ids of what was removed.</returns>
    public static Task<IReadOnlyList<string>> RemoveAbandonedAsync(CancellationToken ct, string? folder = null) =>
        World.RemoveAbandonedAsync(Worlds(folder ?? DefaultFolder), ct);

    /// <summary>What all that these hosts made in the system is named after.</summary>
    public string Id => world.Id;

    /// <summary>This machine, as hosts see it.</summary>
    public IPAddress OwnAddress => network.Gateway;

    /// <inheritdoc/>
    public IPAddress TakeAddress() => network.Take();

    /// <inheritdoc/>
    public void ReturnAddress(IPAddress address) => network.Return(address);

    /// <inheritdoc/>
    /// <exception cref="ProvisioningException"><c>no_such_image</c>, <c>host_not_started</c>, <c>command_failed</c>.</exception>
    public async Task CreateAsync(HostRequest request, CancellationToken ct)
    {
        var source = request.Image.SnapshotId is { } snapshot
            ? snapshots.Use(snapshot)
            : await trees.GetAsync(request.Image.SystemName!, outer, ct);
        var host = hosts[request.Id] = new RealHost(world, network, Interlocked.Increment(ref lastNumber), source, request);
        await host.MakeAsync(outer, ct);
        if (request.Start)
        {
            await host.StartAsync(ct);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(long id, CancellationToken ct) => Get(id).StartAsync(ct);

    /// <inheritdoc/>
    public Task StopAsync(long id, bool graceful, CancellationToken ct) => Get(id).StopAsync(graceful, ct);

    /// <inheritdoc/>
    public async Task RebootAsync(long id, bool graceful, CancellationToken ct)
    {
        await Get(id).StopAsync(graceful, ct);
        await Get(id).StartAsync(ct);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(long id, CancellationToken ct)
    {
        if (hosts.TryGetValue(id, out var host))
        {
            await host.DeleteAsync(ct);
            hosts.TryRemove(id, out _);
            await snapshots.LeaveAsync(host.Source, ct);
        }
    }

    /// <summary>Runs a command as root at the host's console, whatever its SSH does; returns what it wrote.</summary>
    /// <param name="input">What the command reads.</param>
    /// <exception cref="ProvisioningException"><c>command_failed</c>.</exception>
    public Task<string> RunAtConsoleAsync(long id, IReadOnlyList<string> command, CancellationToken ct, string input = "") => Get(id).RunAtConsoleAsync(command, input, ct);

    /// <inheritdoc/>
    public Task<long> SnapshotAsync(long id, long snapshotId, CancellationToken ct) =>
        snapshots.AddAsync(snapshotId, folder => Get(id).CopyAsync(folder, ct));

    /// <inheritdoc/>
    public Task DeleteSnapshotAsync(long snapshotId, CancellationToken ct) => snapshots.DeleteAsync(snapshotId, ct);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private static string Worlds(string folder) => Path.Combine(folder, "worlds");

    private RealHost Get(long id) =>
        hosts.TryGetValue(id, out var host) ? host : throw new ProvisioningException("no_such_host", $"There is no host for server {id}.");
}
