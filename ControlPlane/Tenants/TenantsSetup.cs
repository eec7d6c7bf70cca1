using ControlPlane.Tenants.Databases;

namespace ControlPlane.Tenants;

public static class TenantsSetup
{
    public static IServiceCollection AddTenants(this IServiceCollection services) => services.AddSingleton<NewDatabase>().AddSingleton<HostRecords>();
}
