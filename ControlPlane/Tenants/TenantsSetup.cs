using ControlPlane.Tenants.Databases;
using ControlPlane.Tenants.Domains;

namespace ControlPlane.Tenants;

public static class TenantsSetup
{
    public static IServiceCollection AddTenants(this IServiceCollection services) => services.AddSingleton<NewDatabase>().AddSingleton<HostRecords>().AddSingleton<DomainTargets>().AddSingleton<DomainDelivery>();
}
