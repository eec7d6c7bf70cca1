using HetznerSimulator.Http;
using HetznerSimulator.Resources;

namespace HetznerSimulator.PlacementGroups;

/// <summary>Placement groups; a server joins one when it is made.</summary>
internal static class PlacementGroupRoutes
{
    public static void Map(Routes api)
    {
        ResourceRoutes.Map(api, "placement_groups", cloud => cloud.PlacementGroups, (cloud, group) => group.Show(cloud), (call, groups) => call.Where(groups, "type", _ => "spread"));
        ResourceRoutes.MapDelete(api, "placement_groups", cloud => cloud.PlacementGroups, removed: Leave);
        api.Post("/placement_groups", Create);
    }

    private static Answer Create(Cloud cloud, Call call)
    {
        var name = call.Body.Required("name");
        if (call.Body.Required("type") != "spread")
        {
            throw call.Body.Invalid("type", "must be 'spread'");
        }

        cloud.PlacementGroups.MakeRoomFor(name);
        var group = cloud.PlacementGroups.Add(new() { Id = cloud.NextId(), Name = name, Created = cloud.Now, Labels = call.Body.Labels() ?? Labels.None });
        return Answer.Created("placement_group", group.Show(cloud));
    }

    private static void Leave(Cloud cloud, PlacementGroup group)
    {
        foreach (var server in cloud.Servers.All.Where(s => s.PlacementGroup == group))
        {
            server.PlacementGroup = null;
        }
    }
}
