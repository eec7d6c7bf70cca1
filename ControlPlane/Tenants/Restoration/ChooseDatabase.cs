using ControlPlane.Operations;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Restoration;

/// <summary>Settles which database the tenant comes back with.</summary>
public sealed class ChooseDatabase(NewDatabase newDatabase) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                var old = await db.Databases.SingleAsync(d => d.Id == tenant.DatabaseId, ct);
                if (!step.Input<TenantRestoration.Request>().FromDump)
                {
                    TenantPlace.Remember(step, old.Id);
                    return;
                }

                // The operation's own id, so that a second attempt finds the first one's database.
                var made = await db.Databases.SingleOrDefaultAsync(d => d.Id == step.OperationId, ct);
                if (made is null)
                {
                    made = newDatabase.On(old.ServerId, madeFor: null, step.OperationId);
                    made.ReserveFor(tenant.Id);
                    db.Databases.Add(made);
                }

                step.Memory["replaced"] = old.Id.ToString();
                TenantPlace.Remember(step, made.Id);
            },
            ct);
        return StepResult.Done;
    }
}
