using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Lets the host name of a tenant with a server of its own lead nowhere: its address may be somebody else's soon.</summary>
public sealed class RemoveHostRecord(HostRecords records) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (await step.ReadAsync(db => db.Tenants.AnyAsync(t => t.Id == step.SubjectId && t.Tier == Tier.Dedicated, ct), ct))
        {
            await records.RemoveAsync(step.SubjectId, step.Subject, ct);
        }

        return StepResult.Done;
    }
}
