using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Tenants.Moving;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Starts the purge of every deleted tenant whose grace time has ended.</summary>
public sealed class PurgeDeletedTenants(IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher) : Chore
{
    public override string Cron => "3/15 * * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var now = await db.NowAsync(ct);
        var due = await db.Tenants
            .Where(t => t.State == TenantState.Deleted && t.PurgeAt <= now)
            .Where(t => !db.Operations.Any(o => o.SubjectId == t.Id && o.FinishedAt == null))
            // Its way back ends first, by itself: a database that has one cannot be dropped.
            .Where(t => !db.Moves.Any(m => m.TenantId == t.Id && m.State == MoveState.Soaking))
            .OrderBy(t => t.PurgeAt).Take(100).Select(t => t.Id).ToListAsync(ct);
        foreach (var tenant in due)
        {
            if (await StartAsync(tenant, ct) is { } operation)
            {
                launcher.Wake(operation);
            }
        }
    }

    /// <summary>Looks again under the lock that every change of a tenant takes: somebody may just have restored it.</summary>
    private async Task<Guid?> StartAsync(Guid id, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var due = await db.Tenants
            .FromSql($"select * from tenants where id = {id} and state = 'deleted' and purge_at <= now() for update")
            .ToListAsync(ct);
        if (due.SingleOrDefault() is not { } tenant
            || await db.Operations.AnyAsync(o => o.SubjectId == id && o.FinishedAt == null, ct) || await db.FindSoakingAsync(tenant, ct) is not null)
        {
            return null;
        }

        var operation = await launcher.AddAsync<TenantPurge>(db, id, tenant.Slug, new { }, "grace time", ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return operation.Id;
    }
}
