using HetznerSimulator.Actions;
using HetznerSimulator.Dns;
using HetznerSimulator.Firewalls;
using HetznerSimulator.Hosts;
using HetznerSimulator.Images;
using HetznerSimulator.Networks;
using HetznerSimulator.Offers;
using HetznerSimulator.PlacementGroups;
using HetznerSimulator.PrimaryIps;
using HetznerSimulator.Resources;
using HetznerSimulator.Servers;
using HetznerSimulator.SshKeys;

namespace HetznerSimulator;

/// <summary>One project: everything that exists in the simulated cloud. Read it within <see cref="Simulator.Read"/>.</summary>
public sealed class Cloud
{
    private readonly List<Task> _pending = [];
    private long _lastId = 1_000_000;

    internal Cloud(IHosts hosts, TimeProvider time, TimeSpan actionTime, CancellationToken stopping)
    {
        Stopping = stopping;
        Hosts = hosts;
        Time = time;
        Actions = new ActionLog(time, actionTime);
        foreach (var image in SystemImages.All(time.GetUtcNow()))
        {
            Images.Add(image);
        }
    }

    public IHosts Hosts { get; }

    public ActionLog Actions { get; }

    /// <summary>What may be ordered, where, and what is sold out.</summary>
    public Stock Stock { get; } = new();

    public ResourceSet<Server> Servers { get; } = new("server");

    public ResourceSet<SshKey> SshKeys { get; } = new("ssh_key");

    public ResourceSet<Firewall> Firewalls { get; } = new("firewall");

    public ResourceSet<Network> Networks { get; } = new("network");

    public ResourceSet<PlacementGroup> PlacementGroups { get; } = new("placement_group");

    public ResourceSet<PrimaryIp> PrimaryIps { get; } = new("primary_ip");

    public ResourceSet<Image> Images { get; } = new("image", uniqueNames: false);

    public ResourceSet<Zone> Zones { get; } = new("zone");

    internal TimeProvider Time { get; }

    /// <summary>Breaks off what the hosts are doing.</summary>
    internal CancellationToken Stopping { get; }

    internal DateTimeOffset Now => Time.GetUtcNow();

    internal long NextId() => ++_lastId;

    /// <summary>Starts an action that has nothing to do with hosts, on a resource that must not be locked.</summary>
    internal CloudAction Act<T>(string command, ResourceSet<T> resources, T resource, Action? onSuccess = null)
        where T : Resource
    {
        var target = new ActionTarget(resource.Id, resources.Kind);
        Actions.RefuseIfLocked(target);
        return Actions.Start(command, [target], onSuccess);
    }

    /// <summary>Keeps work of the hosts that no action waits for, so that nothing is lost when the simulator stops.</summary>
    internal void Track(Task work)
    {
        _pending.RemoveAll(t => t.IsCompletedSuccessfully);
        _pending.Add(work);
    }

    /// <summary>Ends when the hosts have nothing left to do.</summary>
    internal Task HostsAtRestAsync() => Task.WhenAll(_pending);

    /// <summary>Limits how many of a kind (<c>server</c>, <c>firewall</c>, …) the project may have; null lifts the limit.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public void SetLimit(string kind, int? limit)
    {
        switch (kind)
        {
            case "server": Servers.Limit = limit; break;
            case "ssh_key": SshKeys.Limit = limit; break;
            case "firewall": Firewalls.Limit = limit; break;
            case "network": Networks.Limit = limit; break;
            case "placement_group": PlacementGroups.Limit = limit; break;
            case "primary_ip": PrimaryIps.Limit = limit; break;
            case "image": Images.Limit = limit; break;
            case "zone": Zones.Limit = limit; break;
            default: throw new ArgumentException($"'{kind}' has no limit: server, ssh_key, firewall, network, placement_group, primary_ip, image, zone have.", nameof(kind));
        }
    }
}
