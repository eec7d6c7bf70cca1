using ControlPlane.Releases;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;

namespace ControlPlane.Servers;

public static class ServersSetup
{
    public static IServiceCollection AddServers(this IServiceCollection services, MachineSettings machines) => services
        .AddMachines(machines)
        .AddSingleton<ReleaseStore>()
        .AddSingleton<ServerConnections>()
        .AddSingleton<TemplateStore>()
        .AddSingleton<Placement>()
        .AddSingleton<Reconciler>();
}
