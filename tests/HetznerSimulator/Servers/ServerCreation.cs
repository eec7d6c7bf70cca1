using System.Security.Cryptography;
using HetznerSimulator.Actions;
using HetznerSimulator.Http;

namespace HetznerSimulator.Servers;

/// <summary><c>POST /servers</c>: everything is checked first, so that a refusal leaves nothing behind.</summary>
internal static class ServerCreation
{
    public static Answer Create(Cloud cloud, Call call)
    {
        var order = ServerOrder.Read(cloud, call.Body);
        var id = cloud.NextId();
        var server = call.Server = new Server
        {
            Id = id,
            Name = order.Name,
            Created = cloud.Now,
            Labels = order.Labels,
            Location = order.Location,
            Type = order.Type,
            Image = order.Image,
            PlacementGroup = order.PlacementGroup,
            UserData = order.UserData,
            SshKeys = [.. order.SshKeys.Select(k => k.PublicKey)],
            // The first of all: the hosts may have no address left.
            Ipv4 = order.Ipv4.Fulfil(cloud, id, order.Location),
            Ipv6 = order.Ipv6.Fulfil(cloud, id, order.Location),
        };
        cloud.Servers.Add(server);
        foreach (var (network, address) in order.Networks)
        {
            network.Servers[id] = address;
        }

        foreach (var firewall in order.Firewalls)
        {
            firewall.ServerIds.Add(id);
        }

        var (action, next) = Begin(cloud, server, order.Starts);
        return Answer.Created(new
        {
            Server = server.Show(cloud),
            Action = action.Show(),
            NextActions = next.ConvertAll(a => a.Show()),
            RootPassword = order.SshKeys.Count == 0 ? Password() : null,
        });
    }

    /// <summary>A password that the cloud makes up; nothing here lets anybody in by one.</summary>
    public static string Password() => RandomNumberGenerator.GetString("abcdefghkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ23456789", 20);

    private static (CloudAction Action, List<CloudAction> Next) Begin(Cloud cloud, Server server, bool starts)
    {
        var target = new ActionTarget(server.Id, "server");
        var work = new Lazy<Task>(() => server.Then(() => cloud.Hosts.CreateAsync(server.Host(starts), cloud.Stopping)));
        var action = cloud.Actions.Start("create_server", [target], () => server.Status = starts ? ServerStatus.Starting : ServerStatus.Off, () => work.Value);
        return (action, starts ? [cloud.Actions.Start("start_server", [target], () => server.Status = ServerStatus.Running, () => work.Value)] : []);
    }
}
