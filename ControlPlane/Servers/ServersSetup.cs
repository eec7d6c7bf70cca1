namespace ControlPlane.Servers;

public static class ServersSetup
{
    public static IServiceCollection AddServers(this IServiceCollection services) => services
        .AddSingleton<ServerConnections>()
        .AddSingleton<TemplateStore>()
        .AddSingleton<Placement>()
        .AddSingleton<Reconciler>();
}
