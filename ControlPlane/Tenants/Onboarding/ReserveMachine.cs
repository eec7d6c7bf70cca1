using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>Takes a warm machine, else adds the row of one that is to be ordered. Undone, a warm one waits for somebody else, and the tenant is gone.</summary>
public sealed class ReserveMachine(NewMachine newMachine) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        Machine machine = null!;
        await step.WriteAsync(
            async db =>
            {
                var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                machine = await db.Machines.SingleOrDefaultAsync(m => m.TenantId == tenant.Id, ct) ?? await FindWarmAsync(db, tenant.Region, ct) ?? newMachine.Add(db, Tier.Dedicated, tenant.Region, tenant.Id);
                machine.TenantId = tenant.Id;
            },
            ct);
        MachineOf.Remember(step, machine.Id);
        if (machine.State == MachineState.Ready)
        {
            MachineOf.RememberWarm(step);
            step.Log($"Took warm machine {machine.Name}.");
        }

        return StepResult.Done;
    }

    public override Task UndoAsync(StepContext step, CancellationToken ct) => step.WriteAsync(
        async db =>
        {
            await db.Machines.Where(m => m.TenantId == step.SubjectId).ExecuteUpdateAsync(m => m.SetProperty(p => p.TenantId, (Guid?)null), ct);
            await db.Tenants.Where(t => t.Id == step.SubjectId && t.DatabaseId == null).ExecuteDeleteAsync(ct);
        },
        ct);

    private static async Task<Machine?> FindWarmAsync(CatalogDb db, string region, CancellationToken ct) =>
        (await db.Machines.FromSql($"""
            select * from machines where state = 'ready' and tier = 'dedicated' and tenant_id is null and location = {region}
            order by created_at limit 1 for update skip locked
            """).ToListAsync(ct)).SingleOrDefault();
}
