using HetznerSimulator.Http;

namespace HetznerSimulator.Resources;

/// <summary>What every kind of resource offers in the same way: list, get, update, delete.</summary>
internal static class ResourceRoutes
{
    /// <summary>List with filters, sorting and paging; get by id; update of name and labels.</summary>
    /// <param name="path">The kind's plural, which is also the list's key: <c>servers</c>.</param>
    /// <param name="keep">What the list's own filters leave.</param>
    /// <param name="updated">What else a body may change.</param>
    public static void Map<T>(Routes api, string path, Func<Cloud, ResourceSet<T>> resources, Func<Cloud, T, object> show, Func<Call, IEnumerable<T>, IEnumerable<T>>? keep = null, Action<Call, T>? updated = null)
        where T : Resource
    {
        api.Get($"/{path}", (cloud, call) =>
            call.Page(path, call.Filter(keep is null ? resources(cloud).All : keep(call, resources(cloud).All)), r => show(cloud, r)));
        api.Get($"/{path}/{{id}}", (cloud, call) =>
            Answer.Ok(resources(cloud).Kind, show(cloud, resources(cloud).Get(call.Id()))));
        api.Put($"/{path}/{{id}}", (cloud, call) =>
        {
            var resource = resources(cloud).Get(call.Id());
            resources(cloud).Update(resource, call.Body);
            updated?.Invoke(call, resource);
            return Answer.Ok(resources(cloud).Kind, show(cloud, resource));
        });
    }

    /// <summary>Deletion that is done at once, unless the resource is protected or <paramref name="refuse"/> throws.</summary>
    public static void MapDelete<T>(Routes api, string path, Func<Cloud, ResourceSet<T>> resources, Action<Cloud, T>? refuse = null, Action<Cloud, T>? removed = null)
        where T : Resource =>
        api.Delete($"/{path}/{{id}}", (cloud, call) =>
        {
            var resource = resources(cloud).Get(call.Id());
            resource.RefuseIfProtected();
            cloud.Actions.RefuseIfLocked(new(resource.Id, resources(cloud).Kind));
            refuse?.Invoke(cloud, resource);
            resources(cloud).Remove(resource);
            removed?.Invoke(cloud, resource);
            return Answer.NoContent;
        });

    /// <summary>Switches the protection against deletion.</summary>
    public static void MapProtection<T>(Routes api, string path, Func<Cloud, ResourceSet<T>> resources)
        where T : Resource =>
        api.Post($"/{path}/{{id}}/actions/change_protection", (cloud, call) =>
        {
            var resource = resources(cloud).Get(call.Id());
            var wanted = call.Body.Flag("delete") ?? resource.DeleteProtected;
            return Answer.Created("action", cloud.Act("change_protection", resources(cloud), resource, () => resource.DeleteProtected = wanted).Show());
        });
}
