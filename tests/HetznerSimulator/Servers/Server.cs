using HetznerSimulator.Hosts;
using HetznerSimulator.Images;
using HetznerSimulator.Networks;
using HetznerSimulator.Offers;
using HetznerSimulator.PlacementGroups;
using HetznerSimulator.PrimaryIps;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Servers;

/// <summary>A server of the project, and what its host was made from.</summary>
public sealed class Server : Resource
{
    public required Location Location { get; init; }

    public required ServerType Type { get; set; }

    /// <summary>What it was made from; still shown when the image is deleted.</summary>
    public required Image Image { get; set; }

    public ServerStatus Status { get; set; }

    public PrimaryIp? Ipv4 { get; set; }

    public PrimaryIp? Ipv6 { get; set; }

    public PlacementGroup? PlacementGroup { get; set; }

    public bool RebuildProtected { get; set; }

    public bool RescueEnabled { get; set; }

    /// <summary>Cloud-init's user data as it was sent; the API never shows it.</summary>
    public string? UserData { get; set; }

    /// <summary>Public keys that were put on it.</summary>
    public IReadOnlyList<string> SshKeys { get; init; } = [];

    private Task HostWork { get; set; } = Task.CompletedTask;

    /// <summary>Hands the host its next task when it has done the last, whether that went well or not.</summary>
    internal Task Then(Func<Task> work)
    {
        HostWork = AfterAsync(HostWork, work);
        return HostWork;
    }

    internal HostRequest Host(bool start) => new()
    {
        Id = Id,
        Name = Name,
        Image = Image.Source,
        Address = Ipv4?.Address,
        UserData = UserData,
        SshKeys = SshKeys,
        Labels = Labels,
        Cores = Type.Cores,
        MemoryGb = Type.Memory,
        Start = start,
    };

    internal object Show(Cloud cloud) => new
    {
        Id,
        Name,
        Status,
        Created,
        PublicNet = new
        {
            Ipv4 = Ipv4 is null ? null : new { Ipv4.Id, Ip = Ipv4.Shown, Blocked = false, DnsPtr = Ipv4.Reverse },
            Ipv6 = Ipv6 is null ? null : new { Ipv6.Id, Ip = Ipv6.Shown, Blocked = false, DnsPtr = Array.Empty<object>() },
            FloatingIps = Array.Empty<long>(),
            Firewalls = cloud.Firewalls.All.Where(f => f.AppliesTo(this)).Select(f => new { f.Id, Status = "applied" }).ToList(),
        },
        PrivateNet = cloud.Networks.All.Where(n => n.Servers.ContainsKey(Id)).Select(ShowPrivate).ToList(),
        ServerType = cloud.Stock.Show(Type),
        Location,
        Image = Image.Show(),
        Iso = (object?)null,
        RescueEnabled,
        Locked = cloud.Actions.IsLocked(new(Id, "server")),
        BackupWindow = (string?)null,
        OutgoingTraffic = 0,
        IngoingTraffic = 0,
        IncludedTraffic = 20L * 1024 * 1024 * 1024 * 1024,
        Protection = new { Delete = DeleteProtected, Rebuild = RebuildProtected },
        Labels,
        Volumes = Array.Empty<long>(),
        LoadBalancers = Array.Empty<long>(),
        PrimaryDiskSize = Type.Disk,
        PlacementGroup = PlacementGroup?.Show(cloud),
    };

    private object ShowPrivate(Network network) => new
    {
        Network = network.Id,
        Ip = network.Servers[Id].ToString(),
        AliasIps = Array.Empty<string>(),
        MacAddress = $"86:00:00:{(Id >> 16) & 0xFF:x2}:{(Id >> 8) & 0xFF:x2}:{Id & 0xFF:x2}",
    };

    private static async Task AfterAsync(Task earlier, Func<Task> work)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work();
    }
}
