using ControlPlane.Start;

namespace ControlPlane.Certificates;

public static class CertificatesSetup
{
    /// <summary>Names are proven in our zone where an <c>IDnsProvider</c> is registered.</summary>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static IServiceCollection AddCertificates(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(AcmeSettings.Read(configuration))
        .AddSingleton(DnsSettings.Read(configuration))
        .AddSingleton<AcmeAccounts>()
        .AddSingleton<DnsChallenges>()
        .AddSingleton<CertificateStore>();
}
