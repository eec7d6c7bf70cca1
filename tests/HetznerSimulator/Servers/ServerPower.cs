using HetznerSimulator.Hosts;
using HetznerSimulator.Http;

namespace HetznerSimulator.Servers;

/// <summary>On, off and again, gently or not.</summary>
internal static class ServerPower
{
    public static void Map(Routes api)
    {
        Map(api, "poweron", "start_server", ServerStatus.Running, (hosts, id, ct) => hosts.StartAsync(id, ct));
        Map(api, "poweroff", "stop_server", ServerStatus.Off, (hosts, id, ct) => hosts.StopAsync(id, graceful: false, ct));
        Map(api, "shutdown", "shutdown_server", ServerStatus.Off, (hosts, id, ct) => hosts.StopAsync(id, graceful: true, ct));
        Map(api, "reboot", "reboot_server", ServerStatus.Running, (hosts, id, ct) => hosts.RebootAsync(id, graceful: true, ct));
        Map(api, "reset", "reset_server", ServerStatus.Running, (hosts, id, ct) => hosts.RebootAsync(id, graceful: false, ct));
    }

    private static void Map(Routes api, string verb, string command, ServerStatus becomes, Func<IHosts, long, CancellationToken, Task> work) =>
        api.Post($"/servers/{{id}}/actions/{verb}", (cloud, call) =>
            Answer.Created("action", ServerRoutes.Act(cloud, call, command, s => s.Status = becomes, s => work(cloud.Hosts, s.Id, cloud.Stopping))));
}
