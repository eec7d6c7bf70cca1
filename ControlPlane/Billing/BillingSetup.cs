using ControlPlane.Start;

namespace ControlPlane.Billing;

public static class BillingSetup
{
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static IServiceCollection AddBilling(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(BillingSettings.Read(configuration))
        .AddScoped<BillingWebhook>();
}
