using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>
/// Chooses the server and the database: a warm one, else the row of one that is to be made; where the tenant was given one when
/// it was asked for, that. Undone, nothing of the tenant is left in the catalog but its operations.
/// </summary>
public sealed class PlaceTenant(Placement placement, ServerConnections servers) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var chosen = await step.ReadAsync(Given, ct);
        if (chosen is null)
        {
            await step.WriteAsync(
                async db =>
                {
                    var tenant = await db.Tenants.SingleAsync(t => t.Id == step.SubjectId, ct);
                    chosen = await placement.TakeAsync(db, tenant, ct);
                    chosen.ReserveFor(tenant.Id);
                    tenant.DatabaseId = chosen.Id;
                },
                ct);
        }

        TenantPlace.Remember(step, chosen!.Id);
        if (chosen.State == TenantDatabaseState.Warm)
        {
            TenantPlace.RememberWhole(step);
        }

        if (chosen.MadeFor == step.SubjectId)
        {
            TenantPlace.RememberBound(step);
        }

        step.Log(chosen.State == TenantDatabaseState.Warm ? $"Took warm database {chosen.Name}." : $"Reserved {chosen.Name}.");
        return StepResult.Done;

        Task<TenantDatabase?> Given(CatalogDb db) => db.Databases.SingleOrDefaultAsync(d => d.TenantId == step.SubjectId, ct);
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        await step.WriteAsync(
            async db =>
            {
                if (await FindTenantAsync(db, step, ct) is { DatabaseId: { } id })
                {
                    (await db.Databases.SingleAsync(d => d.Id == id, ct)).BeginDrop();
                    TenantPlace.Remember(step, id);
                }
            },
            ct);

        // A warm database was whole before any other step ran, so none of them drops it; and it may be bound to this tenant.
        if (await TenantPlace.FindForUndoAsync(step, servers, ct) is { } place)
        {
            await place.DropAsync(ct);
        }

        await step.WriteAsync(
            async db =>
            {
                if (await FindTenantAsync(db, step, ct) is not { } tenant)
                {
                    return;
                }

                if (tenant.DatabaseId is { } id)
                {
                    (await db.Databases.SingleAsync(d => d.Id == id, ct)).EndDrop();
                    tenant.DatabaseId = null;
                    await db.SaveChangesAsync(ct);
                }

                db.Tenants.Remove(tenant);
            },
            ct);
    }

    private static Task<Tenant?> FindTenantAsync(CatalogDb db, StepContext step, CancellationToken ct) =>
        db.Tenants.SingleOrDefaultAsync(t => t.Id == step.SubjectId, ct);
}
