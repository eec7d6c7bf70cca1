using HetznerSimulator.Actions;
using HetznerSimulator.Http;
using HetznerSimulator.Images;
using HetznerSimulator.Resources;

namespace HetznerSimulator.Servers;

/// <summary>Servers, and what can be done to one.</summary>
internal static class ServerRoutes
{
    public static void Map(Routes api)
    {
        ResourceRoutes.Map(api, "servers", cloud => cloud.Servers, (cloud, server) => server.Show(cloud), (call, servers) => call.Where(servers, "status", s => Json.Name(s.Status)));
        api.Post("/servers", ServerCreation.Create);
        api.Delete("/servers/{id}", ServerRemoval.Delete);
        ServerPower.Map(api);
        api.Post("/servers/{id}/actions/rebuild", Rebuild);
        api.Post("/servers/{id}/actions/create_image", CreateImage);
        api.Post("/servers/{id}/actions/change_protection", ChangeProtection);
        api.Post("/servers/{id}/actions/change_type", ChangeType);
        api.Post("/servers/{id}/actions/attach_to_network", AttachToNetwork);
        api.Post("/servers/{id}/actions/detach_from_network", DetachFromNetwork);
        api.Post("/servers/{id}/actions/enable_rescue", (cloud, call) =>
            Answer.Created(new { RootPassword = ServerCreation.Password(), Action = Act(cloud, call, "enable_rescue", s => s.RescueEnabled = true) }));
        api.Post("/servers/{id}/actions/disable_rescue", (cloud, call) => Answer.Created("action", Act(cloud, call, "disable_rescue", s => s.RescueEnabled = false)));
    }

    /// <summary>Starts an action on the call's server, which must not be locked, and shows it.</summary>
    public static object Act(Cloud cloud, Call call, string command, Action<Server> onSuccess, Func<Server, Task>? work = null)
    {
        var server = cloud.Servers.Get(call.Id());
        var target = new ActionTarget(server.Id, "server");
        cloud.Actions.RefuseIfLocked(target);
        return cloud.Actions.Start(command, [target], () => onSuccess(server), work is null ? null : () => server.Then(() => work(server))).Show();
    }

    private static Answer Rebuild(Cloud cloud, Call call)
    {
        var server = cloud.Servers.Get(call.Id());
        if (server.RebuildProtected)
        {
            throw new CloudException("protected", $"rebuilding of '{server.Name}' is protected");
        }

        var image = ServerOrder.FindImage(cloud, call.Body, server.Type);
        var userData = call.Body.Text("user_data") ?? server.UserData;
        var action = Act(cloud, call, "rebuild_server", s => (s.Image, s.UserData, s.Status) = (image, userData, ServerStatus.Running), async s =>
        {
            await cloud.Hosts.DeleteAsync(s.Id, cloud.Stopping);
            await cloud.Hosts.CreateAsync(s.Host(start: true) with { Image = image.Source, UserData = userData }, cloud.Stopping);
        });
        return Answer.Created(new { RootPassword = server.SshKeys.Count == 0 ? ServerCreation.Password() : null, Action = action });
    }

    private static Answer CreateImage(Cloud cloud, Call call)
    {
        var server = cloud.Servers.Get(call.Id());
        if (call.Body.Text("type") is { } type and not "snapshot")
        {
            throw call.Body.Invalid("type", $"the simulator makes snapshots, no {type}");
        }

        var target = new ActionTarget(server.Id, "server");
        cloud.Actions.RefuseIfLocked(target);
        cloud.Images.MakeRoomFor(1);
        var image = cloud.Images.Add(new()
        {
            Id = cloud.NextId(),
            Name = "",
            Created = cloud.Now,
            Labels = call.Body.Labels() ?? Labels.None,
            IsSystem = false,
            Description = call.Body.Text("description") ?? server.Name,
            Architecture = server.Type.Architecture,
            Flavor = server.Image.Flavor,
            Version = server.Image.Version,
            DiskSize = server.Type.Disk,
            Status = ImageStatus.Creating,
            CreatedFrom = (server.Id, server.Name),
        });
        var bytes = 0L;
        var action = cloud.Actions.Start(
            "create_image",
            [target, new(image.Id, "image")],
            () => (image.Status, image.Size) = (ImageStatus.Available, Math.Round(bytes / 1e9, 2)),
            () => server.Then(async () => bytes = await cloud.Hosts.SnapshotAsync(server.Id, image.Id, cloud.Stopping)),
            () => cloud.Images.Remove(image));
        return Answer.Created(new { Image = image.Show(), Action = action.Show() });
    }

    private static Answer ChangeProtection(Cloud cloud, Call call)
    {
        var (delete, rebuild) = (call.Body.Flag("delete"), call.Body.Flag("rebuild"));
        return Answer.Created("action", Act(cloud, call, "change_protection", s =>
            (s.DeleteProtected, s.RebuildProtected) = (delete ?? s.DeleteProtected, rebuild ?? s.RebuildProtected)));
    }

    private static Answer ChangeType(Cloud cloud, Call call)
    {
        var server = cloud.Servers.Get(call.Id());
        var type = ServerOrder.FindType(cloud, call.Body);
        if (server.Status != ServerStatus.Off)
        {
            throw new CloudException("server_not_stopped", $"server '{server.Name}' must be powered off");
        }

        if (type.Architecture != server.Type.Architecture || type.Disk < server.Type.Disk)
        {
            throw new CloudException("invalid_server_type", $"{type.Name} has another architecture or a smaller disk than {server.Type.Name}");
        }

        cloud.Stock.RefuseSoldOut(type, server.Location);
        return Answer.Created("action", Act(cloud, call, "change_server_type", s => s.Type = type));
    }

    private static Answer AttachToNetwork(Cloud cloud, Call call)
    {
        var server = cloud.Servers.Get(call.Id());
        var network = cloud.Networks.Get(call.Body.RequiredNumber("network"));
        cloud.Actions.RefuseIfLocked(new(server.Id, "server"));
        if (network.Servers.ContainsKey(server.Id))
        {
            throw new CloudException("server_already_attached", $"server '{server.Name}' is already attached to network '{network.Name}'");
        }

        network.Servers[server.Id] = network.FreeAddress(server.Location.NetworkZone, call.Body.Text("ip"));
        return Answer.Created("action", Act(cloud, call, "attach_to_network", _ => { }));
    }

    private static Answer DetachFromNetwork(Cloud cloud, Call call)
    {
        var network = cloud.Networks.Get(call.Body.RequiredNumber("network"));
        return Answer.Created("action", Act(cloud, call, "detach_from_network", s => network.Servers.Remove(s.Id)));
    }
}
