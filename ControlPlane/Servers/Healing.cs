using ControlPlane.Catalog;
using ControlPlane.Runtimes;
using Microsoft.EntityFrameworkCore;
using Provisioner.Postgres;
using TenantRuntime.Routes;

namespace ControlPlane.Servers;

/// <summary>
/// Mends differences that are surely ours and safe. Each act first locks and looks at the rows again: since the comparison an
/// operation may have begun.
/// </summary>
internal sealed class Healing(IDbContextFactory<CatalogDb> catalogs, PostgresServer postgres)
{
    /// <summary>Drops the database and roles of a row that nobody works on and nobody uses.</summary>
    public async Task DropAsync(Guid id, CancellationToken ct)
    {
        var isOurs = false;
        await ChangeAsync(
            async db =>
            {
                var database = await db.Databases.FromSql($"select * from tenant_databases where id = {id} for update").SingleAsync(ct);
                var isBusy = await db.Operations.AnyAsync(o => o.FinishedAt == null && (o.SubjectId == id || o.SubjectId == database.TenantId), ct);
                if (!isBusy && database.State is not (TenantDatabaseState.Warm or TenantDatabaseState.Assigned))
                {
                    // Nobody takes up a row in this state, so no lock is needed while the server works.
                    database.BeginDrop();
                    isOurs = true;
                }
            },
            ct);
        if (isOurs)
        {
            var name = new TenantDatabaseName(id);
            await postgres.DropDatabaseAsync(name, ct);
            await postgres.DropRolesAsync(name, ct);
            await ChangeAsync(async db => (await db.Databases.SingleAsync(d => d.Id == id, ct)).EndDrop(), ct);
        }
    }

    public Task DropSlotAsync(SlotOnServer slot, CancellationToken ct) => postgres.DropSlotAsync(slot, ct);

    public Task BindAsync(TenantDatabaseName name, Guid tenant, CancellationToken ct) => postgres.BindTenantAsync(name, tenant, ct);

    public Task SetLoginAsync(TenantDatabaseName name, bool enabled, CancellationToken ct) => postgres.SetLoginAsync(name, enabled, ct);

    public Task PublishAsync(Guid tenant, RouteState state, CancellationToken ct) =>
        ChangeTenantAsync(tenant, [TenantState.Active, TenantState.Suspended], db => RoutePublisher.PublishAsync(db, tenant, state, ct), ct);

    public Task RemoveRouteAsync(Guid tenant, CancellationToken ct) =>
        ChangeTenantAsync(tenant, [TenantState.Deleted, TenantState.Purged], db => RoutePublisher.RemoveAsync(db, tenant, ct), ct);

    public Task ForgetTemplateAsync(Guid server, string name, CancellationToken ct) =>
        ChangeAsync(db => db.Templates.Where(t => t.ServerId == server && t.Database == name).ExecuteDeleteAsync(ct), ct);

    private Task ChangeTenantAsync(Guid id, TenantState[] still, Func<CatalogDb, Task> change, CancellationToken ct) => ChangeAsync(
        async db =>
        {
            var tenant = await db.Tenants.FromSql($"select * from tenants where id = {id} for update").SingleAsync(ct);
            if (still.Contains(tenant.State))
            {
                await change(db);
            }
        },
        ct);

    private async Task ChangeAsync(Func<CatalogDb, Task> change, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await change(db);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
