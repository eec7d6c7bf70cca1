using ControlPlane.Servers.Cloud;
using ControlPlane.Start;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Provisioner.Dns;
using Provisioner.Dns.Cloudflare;
using Provisioner.Hetzner;
using Provisioner.Local;

namespace ControlPlane.Servers.Machines;

public static class MachinesSetup
{
    public static IServiceCollection AddMachines(this IServiceCollection services, MachineSettings settings)
    {
        services.AddSingleton(settings).AddSingleton<HostKeyAlarm>().AddSingleton<MachineAccess>().AddSingleton<NewMachine>().AddSingleton<MachineSetups>().AddSingleton<MachinePlaybook>().AddSingleton<MachineEdge>();
        if (settings.Cloud.Hetzner is { } hetzner)
        {
            services.AddSingleton(s => new HetznerClient(hetzner, log: s.GetRequiredService<ILogger<HetznerClient>>()))
                .AddSingleton(s => ActivatorUtilities.CreateInstance<CloudBasics>(s, TimeProvider.System))
                .AddSingleton<CloudReconciler>()
                .AddSingleton<CloudServerRemoval>()
                .AddSingleton<IMachineProvider, HetznerMachines>();
        }
        else
        {
            services.TryAddSingleton(ClusterProfile.Tenants(databases: 4, maxConnections: 100));
            services.AddSingleton<LocalMachines>().AddSingleton<IMachineProvider>(s => s.GetRequiredService<LocalMachines>()).AddHostedService<StartLocalMachines>();
        }

        return settings switch
        {
            { Zone: null } => services,
            { Provider: "cloudflare" } => services.AddSingleton<IDnsProvider>(_ => new CloudflareDns(settings.Cloud.Cloudflare!)),
            _ => services.AddSingleton<IDnsProvider, HetznerDns>(),
        };
    }
}
