using System.Net;
using System.Net.Sockets;
using HetznerSimulator.Http;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Networks;

/// <summary>Private networks with subnets; servers join when they are made, or by <c>attach_to_network</c>.</summary>
internal static class NetworkRoutes
{
    private static readonly IPNetwork[] PrivateRanges = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16")];

    public static void Map(Routes api)
    {
        ResourceRoutes.Map(api, "networks", cloud => cloud.Networks, (_, network) => network.Show());
        ResourceRoutes.MapDelete(api, "networks", cloud => cloud.Networks);
        ResourceRoutes.MapProtection(api, "networks", cloud => cloud.Networks);
        api.Post("/networks", Create);
        api.Post("/networks/{id}/actions/add_subnet", AddSubnet);
        api.Post("/networks/{id}/actions/delete_subnet", DeleteSubnet);
    }

    private static Answer Create(Cloud cloud, Call call)
    {
        var name = call.Body.Required("name");
        var range = Range(call.Body) is { } wanted && PrivateRanges.Any(p => Covers(p, wanted)) ? wanted : throw call.Body.Invalid("ip_range", "must be a private IPv4 network in CIDR form");
        cloud.Networks.MakeRoomFor(name);
        var network = new Network { Id = cloud.NextId(), Name = name, Created = cloud.Now, Labels = call.Body.Labels() ?? Labels.None, Range = range };
        foreach (var subnet in call.Body.Objects("subnets"))
        {
            network.Subnets.Add(ReadSubnet(cloud, network, subnet));
        }

        return Answer.Created("network", cloud.Networks.Add(network).Show());
    }

    private static Answer AddSubnet(Cloud cloud, Call call)
    {
        var network = cloud.Networks.Get(call.Id());
        var subnet = ReadSubnet(cloud, network, call.Body);
        return Answer.Created("action", cloud.Act("add_subnet", cloud.Networks, network, () => network.Subnets.Add(subnet)).Show());
    }

    private static Answer DeleteSubnet(Cloud cloud, Call call)
    {
        var network = cloud.Networks.Get(call.Id());
        var range = call.Body.Required("ip_range");
        var subnet = network.Subnets.Find(s => s.Range.ToString() == range) ?? throw call.Body.Invalid("ip_range", "is no subnet of the network");
        return network.Servers.Values.Any(subnet.Range.Contains)
            ? throw new CloudException("resource_in_use", $"servers have addresses in {range}")
            : Answer.Created("action", cloud.Act("delete_subnet", cloud.Networks, network, () => network.Subnets.Remove(subnet)).Show());
    }

    private static Subnet ReadSubnet(Cloud cloud, Network network, Body body)
    {
        var (type, zone) = (body.Required("type"), body.Required("network_zone"));
        if (type is not ("cloud" or "server"))
        {
            throw body.Invalid("type", "must be 'cloud'");
        }

        if (cloud.Stock.Locations.All(l => l.NetworkZone != zone))
        {
            throw body.Invalid("network_zone", "is no network zone");
        }

        var range = body.Has("ip_range") ? Range(body) : NextFree(network);
        return range is { } free && Covers(network.Range, free) && !network.Subnets.Exists(s => Covers(s.Range, free) || Covers(free, s.Range))
            ? new Subnet(type, free, zone)
            : throw body.Invalid("ip_range", "must lie in the network's range and overlap no other subnet");
    }

    private static IPNetwork? Range(Body body) =>
        IPNetwork.TryParse(body.Required("ip_range"), out var range) && range.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? range : null;

    private static bool Covers(IPNetwork outer, IPNetwork inner) => outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    /// <summary>The first /24 of the network that no subnet covers, as the API chooses where none was asked for.</summary>
    private static IPNetwork? NextFree(Network network)
    {
        var whole = new Subnet("cloud", network.Range, "");
        return Enumerable.Range(0, (int)Math.Max(1, whole.Size / 256)).Select(i => new IPNetwork(whole.At(i * 256), Math.Max(24, network.Range.PrefixLength)))
            .Where(r => !network.Subnets.Exists(s => Covers(s.Range, r) || Covers(r, s.Range))).Select(r => (IPNetwork?)r).FirstOrDefault();
    }
}
