using System.Net;
using HetznerSimulator.Http;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Networks;

/// <summary>A private network: a range, its subnets, and the address of every server in it. No packet travels through it.</summary>
public sealed class Network : Resource
{
    /// <summary>A range's first address is the network itself, the second its gateway.</summary>
    private const int FirstOfServers = 2;

    public required IPNetwork Range { get; init; }

    public List<Subnet> Subnets { get; } = [];

    /// <summary>Private address by server id.</summary>
    public SortedDictionary<long, IPAddress> Servers { get; } = [];

    internal object Show() => new
    {
        Id,
        Name,
        IpRange = Range.ToString(),
        Subnets = Subnets.ConvertAll(s => s.Show()),
        Routes = Array.Empty<object>(),
        Servers = Servers.Keys.ToList(),
        LoadBalancers = Array.Empty<long>(),
        Protection = new { Delete = DeleteProtected },
        Labels,
        Created,
        ExposeRoutesToVswitch = false,
    };

    /// <summary>The wished address where it is free, else the first free one of the zone's subnets.</summary>
    internal IPAddress FreeAddress(string networkZone, string? wished = null)
    {
        var subnets = Subnets.Where(s => s.NetworkZone == networkZone).ToList();
        return subnets.Count == 0 ? throw new CloudException("no_subnet_available", $"network '{Name}' has no subnet in {networkZone}")
            : wished is null ? FirstFree(subnets)
            : Wished(subnets, wished);
    }

    private IPAddress Wished(List<Subnet> subnets, string wished) =>
        !IPAddress.TryParse(wished, out var address) || !subnets.Exists(s => s.Range.Contains(address)) ? throw CloudException.Invalid("ip", "is not an address of the network's subnets")
        : Servers.ContainsValue(address) ? throw new CloudException("ip_not_available", $"{wished} is taken")
        : address;

    private IPAddress FirstFree(List<Subnet> subnets)
    {
        var taken = Servers.Values.ToHashSet();
        return subnets.SelectMany(s => Enumerable.Range(FirstOfServers, (int)Math.Max(0, s.Size - FirstOfServers - 1)).Select(s.At)).FirstOrDefault(a => !taken.Contains(a))
            ?? throw new CloudException("no_subnet_available", $"network '{Name}' has no free address");
    }
}
