using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Start;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>
/// Has a certificate for the tenant's host name at hand before its machine is configured, where an authority and a zone are set;
/// else the machine makes one of its own, which no browser trusts.
/// </summary>
public sealed class CertifyHost(CertificateStore certificates, DnsChallenges challenges, AcmeSettings authority, ControlPlaneSettings settings) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(3);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (authority.Options is null || settings.Machines.Zone is null)
        {
            step.Log("No certificate authority or no zone is set: browsers will not trust it. Set Acme__Contact and Dns__Zone.");
            return StepResult.Done;
        }

        var host = settings.TenantHostOf(step.Subject);
        var certificate = await certificates.EnsureAsync([host], challenges.Solver(), ct);
        step.Log($"{host} has a certificate until {certificate.Issued.NotAfter:yyyy-MM-dd}.");
        return StepResult.Done;
    }

    public override Task UndoAsync(StepContext step, CancellationToken ct) => certificates.ForgetAsync([settings.TenantHostOf(step.Subject)], ct);
}
