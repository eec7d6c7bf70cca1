using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// Lets the tenant's host name lead to the machine where it lives now, or, where that is none of its own, wherever the zone's wildcard
/// does. Whoever remembers the old address is served there all the same: the runtime of the server that it left knows its new place.
/// </summary>
public sealed class PointToDatabase(HostRecords records) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var address = await step.ReadAsync(
            db => (from tenant in db.Tenants
                   join database in db.Databases on tenant.DatabaseId equals database.Id
                   join machine in db.Machines on database.ServerId equals machine.Id
                   where tenant.Id == step.SubjectId && machine.TenantId == tenant.Id
                   select machine.Address).SingleOrDefaultAsync(ct),
            ct);
        if (address is null)
        {
            await records.RemoveAsync(step.SubjectId, step.Subject, ct);
        }
        else if (await records.PointAsync(step.SubjectId, step.Subject, address, ct))
        {
            step.Log($"Its host name leads to {address}.");
        }

        return StepResult.Done;
    }
}
