using ControlPlane.Certificates;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Forgets the certificate, so that nobody renews it, and the domain: its name is free.</summary>
public sealed class ForgetDomain(CertificateStore certificates) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        // Once the row is gone the name may be another's, and so may its certificate.
        if (await DomainOf.FindAsync(step, ct) is { } domain)
        {
            await certificates.ForgetAsync([domain.Name], ct);
            await step.WriteAsync(db => db.Domains.Where(d => d.Id == domain.Id).ExecuteDeleteAsync(ct), ct);
        }

        return StepResult.Done;
    }
}
