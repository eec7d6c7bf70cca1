using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Lets the host name of a tenant with a server of its own lead nowhere: its address may be somebody else's soon. Its certificate is forgotten too.</summary>
public sealed class RemoveHostRecord(HostRecords records, CertificateStore certificates, ControlPlaneSettings settings) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (await step.ReadAsync(db => db.Tenants.AnyAsync(t => t.Id == step.SubjectId && t.Tier == Tier.Dedicated, ct), ct))
        {
            await records.RemoveAsync(step.SubjectId, step.Subject, ct);
            await certificates.ForgetAsync([settings.TenantHostOf(step.Subject)], ct);
        }

        return StepResult.Done;
    }
}
