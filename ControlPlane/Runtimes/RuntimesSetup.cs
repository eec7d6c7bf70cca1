namespace ControlPlane.Runtimes;

public static class RuntimesSetup
{
    public static IServiceCollection AddRuntimes(this IServiceCollection services) => services.AddSingleton<RouteReader>().AddSingleton<RuntimeShares>().AddSingleton<RuntimeHolds>();
}
