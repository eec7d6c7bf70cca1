using HetznerSimulator.PrimaryIps;

namespace HetznerSimulator.Servers;

/// <summary>Servers that were always there.</summary>
internal static class Seeding
{
    public static void AddServers(Cloud cloud, int count, string prefix, IReadOnlyDictionary<string, string> labels)
    {
        var (type, image) = (cloud.Stock.Types[0], cloud.Images.All.First());
        for (var i = 1; i <= count; i++)
        {
            var location = cloud.Stock.Locations[i % 3];
            var server = new Server { Id = cloud.NextId(), Name = $"{prefix}-{i}", Created = cloud.Now, Labels = labels, Location = location, Type = type, Image = image, Status = ServerStatus.Running };
            server.Ipv4 = PrimaryIpRoutes.Make(cloud, "ipv4", location, autoDelete: true);
            server.Ipv4.AssigneeId = server.Id;
            cloud.Servers.MakeRoomFor(server.Name);
            cloud.Servers.Add(server);
        }
    }
}
