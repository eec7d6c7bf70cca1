using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Tenants.Domains;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Has the tenant's own names and their certificates forgotten; a machine of the tenant's own is removed as a whole.</summary>
public sealed class RemoveDomains(CertificateStore certificates, DomainDelivery delivery, IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var domains = await step.ReadAsync(db => db.Domains.Where(d => d.TenantId == step.SubjectId).Select(d => d.Name).ToListAsync(ct), ct);
        var edges = await step.ReadAsync(db => DomainEdges.ReadAllAsync(db, step.SubjectId, provider, ct), ct);
        foreach (var domain in domains)
        {
            foreach (var edge in edges.All.Where(e => e.TenantId != step.SubjectId))
            {
                await delivery.HideAsync(domain, edge, step.Log, ct);
            }

            await certificates.ForgetAsync([domain], ct);
        }

        return StepResult.Done;
    }
}
