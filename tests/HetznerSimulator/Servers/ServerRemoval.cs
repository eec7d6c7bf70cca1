using HetznerSimulator.Actions;
using HetznerSimulator.Http;
using HetznerSimulator.PrimaryIps;

namespace HetznerSimulator.Servers;

/// <summary><c>DELETE /servers/{id}</c>: the server is gone at once, its host a little later. Addresses without <c>auto_delete</c> stay, and go on costing money.</summary>
internal static class ServerRemoval
{
    public static Answer Delete(Cloud cloud, Call call)
    {
        var server = cloud.Servers.Get(call.Id());
        var target = new ActionTarget(server.Id, "server");
        cloud.Actions.RefuseIfLocked(target);
        server.RefuseIfProtected();
        var addresses = AutoDeleted(server);
        var action = cloud.Actions.Start("delete_server", [target], () => addresses.ForEach(ip => PrimaryIpRoutes.ReturnAddress(cloud, ip)), () =>
        {
            Detach(cloud, server);
            return server.Then(() => cloud.Hosts.DeleteAsync(server.Id, cloud.Stopping));
        });
        return Answer.Ok("action", action.Show());
    }

    /// <summary>Takes the server out of the project, and out of all that refers to it.</summary>
    public static void Detach(Cloud cloud, Server server)
    {
        cloud.Servers.Remove(server);
        foreach (var firewall in cloud.Firewalls.All)
        {
            firewall.ServerIds.Remove(server.Id);
        }

        foreach (var network in cloud.Networks.All)
        {
            network.Servers.Remove(server.Id);
        }

        AutoDeleted(server).ForEach(cloud.PrimaryIps.Remove);
        server.Ipv4?.AssigneeId = null;
        server.Ipv6?.AssigneeId = null;
    }

    private static List<PrimaryIp> AutoDeleted(Server server) => [.. ((PrimaryIp?[])[server.Ipv4, server.Ipv6]).Where(ip => ip is { AutoDelete: true }).Select(ip => ip!)];
}
