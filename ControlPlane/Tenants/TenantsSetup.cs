using ControlPlane.Tenants.Databases;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tenants.Moving;

namespace ControlPlane.Tenants;

public static class TenantsSetup
{
    public static IServiceCollection AddTenants(this IServiceCollection services) => services
        .AddSingleton<NewDatabase>().AddSingleton<HostRecords>()
        .AddSingleton<DomainTargets>().AddSingleton<DomainDelivery>().AddSingleton<DomainProof>()
        .AddSingleton<Cut>().AddScoped<MoveOutlook>().AddSingleton<LeftMachine>().AddSingleton<MeetingServers>().AddSingleton<MoveSnapshots>();
}
