using HetznerSimulator.Http;
using HetznerSimulator.Offers;
using HetznerSimulator.PrimaryIps;

namespace HetznerSimulator.Servers;

/// <summary>The public address that a new server should have: one that is there, a new one, or none.</summary>
internal sealed record AddressWish(string Type, PrimaryIp? Existing, bool IsNew)
{
    public static AddressWish Read(Cloud cloud, Body net, string type, Location location)
    {
        if (net.Number(type) is not { } id)
        {
            return new(type, null, net.Flag($"enable_{type}") ?? true);
        }

        var ip = cloud.PrimaryIps.Get(id);
        return ip.Type != type ? throw new CloudException("primary_ip_version_mismatch", $"primary IP '{ip.Name}' is no {type}")
            : ip.AssigneeId is not null ? throw new CloudException("primary_ip_assigned", $"primary IP '{ip.Name}' is assigned to server {ip.AssigneeId}")
            : ip.Location != location ? throw new CloudException("primary_ip_datacenter_mismatch", $"primary IP '{ip.Name}' is in {ip.Location.Name}")
            : new(type, ip, IsNew: false);
    }

    /// <summary>The address, made where it is new.</summary>
    public PrimaryIp? Fulfil(Cloud cloud, long serverId, Location location)
    {
        var ip = IsNew ? PrimaryIpRoutes.Make(cloud, Type, location, autoDelete: true) : Existing;
        ip?.AssigneeId = serverId;
        return ip;
    }
}
