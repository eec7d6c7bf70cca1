namespace ControlPlane.Fleet;

public static class FleetSetup
{
    public static IServiceCollection AddFleet(this IServiceCollection services) => services
        .AddSingleton<FleetTargets>()
        .AddSingleton<FleetRun>()
        .AddScoped<FleetLaunch>()
        .AddScoped<FleetFaults>();
}
