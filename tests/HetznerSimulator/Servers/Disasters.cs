using HetznerSimulator.PrimaryIps;

namespace HetznerSimulator.Servers;

/// <summary>What befalls servers without anybody having asked the API for it.</summary>
internal static class Disasters
{
    /// <summary>Takes a server away, whatever protects or locks it; with <paramref name="reuseAddress"/> a server of somebody else gets its IPv4 address.</summary>
    public static void Vanish(Cloud cloud, Server server, bool reuseAddress)
    {
        if (cloud.Servers.Find(server.Id) is null)
        {
            return;
        }

        var address = server.Ipv4;
        ServerRemoval.Detach(cloud, server);
        var gone = server.Then(() => cloud.Hosts.DeleteAsync(server.Id, cloud.Stopping));
        if (!reuseAddress || address is null)
        {
            cloud.Track(ReturnAfterAsync(cloud, address is { AutoDelete: true } ? address : null, gone));
            return;
        }

        if (cloud.PrimaryIps.Find(address.Id) is not null)
        {
            cloud.PrimaryIps.Remove(address);
        }

        var stranger = new Server { Id = cloud.NextId(), Name = $"stranger-{server.Id}", Created = cloud.Now, Location = server.Location, Type = server.Type, Image = server.Image, Status = ServerStatus.Running };
        stranger.Ipv4 = PrimaryIpRoutes.Make(cloud, "ipv4", server.Location, autoDelete: true, address: address.Address);
        stranger.Ipv4.AssigneeId = stranger.Id;
        cloud.Servers.Add(stranger);
        cloud.Track(stranger.Then(async () =>
        {
            await gone;
            await cloud.Hosts.CreateAsync(stranger.Host(start: true), cloud.Stopping);
        }));
    }

    private static async Task ReturnAfterAsync(Cloud cloud, PrimaryIp? address, Task gone)
    {
        await gone;
        if (address is not null)
        {
            PrimaryIpRoutes.ReturnAddress(cloud, address);
        }
    }
}
