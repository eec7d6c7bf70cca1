using HetznerSimulator.Http;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Actions;

/// <summary>Reading actions: by ids, by kind of resource, and by resource.</summary>
internal static class ActionRoutes
{
    /// <summary>As many as the API's default page; clients ask in batches of this size.</summary>
    private const int IdsPerCall = 25;

    public static void Map(Routes api)
    {
        api.Get("/actions", (cloud, call) => Answer.Ok("actions", ByIds(cloud, call).Select(a => a.Show()).ToList()));
        api.Get("/actions/{id}", (cloud, call) => Answer.Ok("action", Get(cloud, call.Id()).Show()));
        MapKind(api, "/servers", cloud => cloud.Servers);
        MapKind(api, "/firewalls", cloud => cloud.Firewalls);
        MapKind(api, "/images", cloud => cloud.Images);
        MapKind(api, "/networks", cloud => cloud.Networks);
        MapKind(api, "/primary_ips", cloud => cloud.PrimaryIps);
        MapKind(api, "/zones", cloud => cloud.Zones, "id_or_name");
    }

    private static void MapKind<T>(Routes api, string path, Func<Cloud, ResourceSet<T>> resources, string key = "id")
        where T : Resource
    {
        api.Get($"{path}/actions", (cloud, call) =>
        {
            var ids = call.QueryAll("id");
            return Page(call, cloud.Actions.All.Where(a => a.Targets.Any(t => t.Type == resources(cloud).Kind) && (ids.Count == 0 || ids.Contains($"{a.Id}", StringComparer.Ordinal))));
        });
        api.Get($"{path}/actions/{{id}}", (cloud, call) => Answer.Ok("action", Get(cloud, call.Id()).Show()));
        api.Get($"{path}/{{{key}}}/actions", (cloud, call) => Page(call, Of(cloud, resources(cloud), call.Route(key))));
        api.Get($"{path}/{{{key}}}/actions/{{action_id}}", (cloud, call) =>
            Answer.Ok("action", Of(cloud, resources(cloud), call.Route(key)).FirstOrDefault(a => a.Id == call.Id("action_id"))?.Show() ?? throw CloudException.NotFound("action", call.Route("action_id"))));
    }

    private static IEnumerable<CloudAction> Of<T>(Cloud cloud, ResourceSet<T> resources, string key)
        where T : Resource
    {
        var target = new ActionTarget((resources.FindByKey(key) ?? throw CloudException.NotFound(resources.Kind, key)).Id, resources.Kind);
        return cloud.Actions.All.Where(a => a.Targets.Contains(target));
    }

    private static Answer Page(Call call, IEnumerable<CloudAction> actions) => call.Page(
        "actions",
        call.Sort(call.Where(actions, "status", a => Json.Name(a.Status)), new()
        {
            ["id"] = a => a.Id, ["command"] = a => a.Command, ["status"] = a => a.Status, ["started"] = a => a.Started, ["finished"] = a => a.Finished,
        }),
        a => a.Show());

    private static IEnumerable<CloudAction> ByIds(Cloud cloud, Call call)
    {
        var ids = call.QueryAll("id");
        if (ids.Count == 0)
        {
            throw new CloudException("deprecated_api_endpoint", "listing all actions was removed: ask for them by id");
        }

        return ids.Count > IdsPerCall
            ? throw CloudException.Invalid("id", $"asks for more than {IdsPerCall} actions")
            : ids.Select(id => long.TryParse(id, out var number) ? cloud.Actions.Find(number) : null).OfType<CloudAction>();
    }

    private static CloudAction Get(Cloud cloud, long id) => cloud.Actions.Find(id) ?? throw CloudException.NotFound("action", id);
}
