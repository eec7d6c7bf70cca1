using System.Net;
using HetznerSimulator.Hosts;
using HetznerSimulator.Http;
using HetznerSimulator.Offers;
using HetznerSimulator.Resources;
using HetznerSimulator.Servers;

namespace HetznerSimulator.PrimaryIps;

/// <summary>Primary IPs: made with a server or by themselves, moved between servers that are off.</summary>
internal static class PrimaryIpRoutes
{
    public static void Map(Routes api)
    {
        ResourceRoutes.Map(api, "primary_ips", cloud => cloud.PrimaryIps, (_, ip) => ip.Show(), (call, ips) => call.Where(ips, "ip", i => i.Shown),
            (call, ip) => ip.AutoDelete = call.Body.Flag("auto_delete") ?? ip.AutoDelete);
        ResourceRoutes.MapDelete(api, "primary_ips", cloud => cloud.PrimaryIps, (_, ip) =>
        {
            if (ip.AssigneeId is not null)
            {
                throw new CloudException("must_be_unassigned", $"primary IP '{ip.Name}' is assigned to server {ip.AssigneeId}");
            }
        }, ReturnAddress);
        ResourceRoutes.MapProtection(api, "primary_ips", cloud => cloud.PrimaryIps);
        api.Post("/primary_ips", Create);
        api.Post("/primary_ips/{id}/actions/assign", Assign);
        api.Post("/primary_ips/{id}/actions/unassign", Unassign);
        api.Post("/primary_ips/{id}/actions/change_dns_ptr", ChangeReverseName);
    }

    /// <summary>Makes an address; names that the cloud chooses hold the id.</summary>
    public static PrimaryIp Make(Cloud cloud, string type, Location location, bool autoDelete, string? name = null, IPAddress? address = null)
    {
        var id = cloud.NextId();
        name ??= $"primary_ip-{id}";
        cloud.PrimaryIps.MakeRoomFor(name);
        return cloud.PrimaryIps.Add(new()
        {
            Id = id,
            Name = name,
            Created = cloud.Now,
            Type = type,
            Location = location,
            AutoDelete = autoDelete,
            Address = address ?? (type == "ipv4" ? Take(cloud.Hosts) : Documentation(id)),
        });
    }

    public static void ReturnAddress(Cloud cloud, PrimaryIp ip)
    {
        if (ip.Type == "ipv4")
        {
            cloud.Hosts.ReturnAddress(ip.Address);
        }
    }

    private static Answer Create(Cloud cloud, Call call)
    {
        var (name, type) = (call.Body.Required("name"), call.Body.Required("type"));
        var server = call.Body.Number("assignee_id") is { } assignee ? cloud.Servers.Get(assignee) : null;
        var location = server?.Location ?? (call.Body.Key("location") is { } key ? cloud.Stock.FindLocation(key) : null) ?? throw call.Body.Invalid("location", "is required and must be a location");
        if (type is not ("ipv4" or "ipv6"))
        {
            throw call.Body.Invalid("type", "must be 'ipv4' or 'ipv6'");
        }

        RefuseUnlessFitting(server, type);
        var ip = Make(cloud, type, location, call.Body.Flag("auto_delete") ?? false, name);
        ip.Labels = call.Body.Labels() ?? Labels.None;
        if (server is null)
        {
            return Answer.Created("primary_ip", ip.Show());
        }

        Give(ip, server);
        return Answer.Created(new { PrimaryIp = ip.Show(), Action = cloud.Act("assign_primary_ip", cloud.PrimaryIps, ip).Show() });
    }

    private static Answer Assign(Cloud cloud, Call call)
    {
        var ip = cloud.PrimaryIps.Get(call.Id());
        var server = cloud.Servers.Get(call.Body.RequiredNumber("assignee_id"));
        if (ip.AssigneeId is not null)
        {
            throw new CloudException("primary_ip_already_assigned", $"primary IP '{ip.Name}' is assigned to server {ip.AssigneeId}");
        }

        RefuseUnlessFitting(server, ip.Type);
        if (server.Location != ip.Location)
        {
            throw call.Body.Invalid("assignee_id", "is in another location");
        }

        var action = cloud.Act("assign_primary_ip", cloud.PrimaryIps, ip);
        Give(ip, server);
        return Answer.Created("action", action.Show());
    }

    private static Answer Unassign(Cloud cloud, Call call)
    {
        var ip = cloud.PrimaryIps.Get(call.Id());
        if (ip.AssigneeId is not { } assignee || cloud.Servers.Find(assignee) is not { } server)
        {
            throw new CloudException("primary_ip_not_assigned", $"primary IP '{ip.Name}' is not assigned");
        }

        RefuseUnlessOff(server);
        var action = cloud.Act("unassign_primary_ip", cloud.PrimaryIps, ip);
        ip.AssigneeId = null;
        server.Ipv4 = server.Ipv4 == ip ? null : server.Ipv4;
        server.Ipv6 = server.Ipv6 == ip ? null : server.Ipv6;
        return Answer.Created("action", action.Show());
    }

    private static Answer ChangeReverseName(Cloud cloud, Call call)
    {
        var ip = cloud.PrimaryIps.Get(call.Id());
        var action = cloud.Act("change_dns_ptr", cloud.PrimaryIps, ip);
        ip.ReverseName = call.Body.Text("dns_ptr");
        return Answer.Created("action", action.Show());
    }

    private static void Give(PrimaryIp ip, Server server)
    {
        ip.AssigneeId = server.Id;
        (server.Ipv4, server.Ipv6) = ip.Type == "ipv4" ? (ip, server.Ipv6) : (server.Ipv4, ip);
    }

    private static void RefuseUnlessFitting(Server? server, string type)
    {
        if (server is null)
        {
            return;
        }

        RefuseUnlessOff(server);
        if ((type == "ipv4" ? server.Ipv4 : server.Ipv6) is not null)
        {
            throw new CloudException($"server_has_{type}", $"server '{server.Name}' already has an address of type {type}");
        }
    }

    private static void RefuseUnlessOff(Server server)
    {
        if (server.Status != ServerStatus.Off)
        {
            throw new CloudException("server_not_stopped", $"server '{server.Name}' must be powered off");
        }
    }

    private static IPAddress Take(IHosts hosts)
    {
        try
        {
            return hosts.TakeAddress();
        }
        catch (InvalidOperationException e)
        {
            throw new CloudException("resource_unavailable", e.Message);
        }
    }

    /// <summary>A /64 of 2001:db8::/32, which is set aside for documentation (RFC 3849).</summary>
    private static IPAddress Documentation(long id) => IPAddress.Parse($"2001:db8:{(id >> 16) & 0xFFFF:x}:{id & 0xFFFF:x}::");
}
