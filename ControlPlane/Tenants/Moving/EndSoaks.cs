using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>Starts the completion of every move whose soak has ended, or whose way back leads nowhere any more: its tenant is deleted, or has a newer schema.</summary>
public sealed class EndSoaks(IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher) : Chore
{
    public override string Cron => "7/15 * * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var due = await db.Database.SqlQuery<Guid>($"""
            select m.id as "Value" from moves m join tenants t on t.id = m.tenant_id
            join tenant_databases old on old.id = m.source_id join tenant_databases new on new.id = m.id
            where m.state = 'soaking'
              and (m.soak_until <= now() or t.state not in ('active', 'suspended') or m.mode = 'replication' and m.verified_at is not null and m.difference is null and old.schema_version <> new.schema_version)
              and not exists (select from operations o where o.subject_id = t.id and o.finished_at is null)
            order by m.soak_until limit 100
            """).ToListAsync(ct);
        foreach (var move in due)
        {
            if (await StartAsync(move, ct) is { } operation)
            {
                launcher.Wake(operation);
            }
        }
    }

    /// <summary>Looks again under the lock that every change of a tenant takes.</summary>
    private async Task<Guid?> StartAsync(Guid id, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var move = await db.Moves.SingleAsync(m => m.Id == id, ct);
        var tenant = (await db.Tenants.FromSql($"select * from tenants where id = {move.TenantId} for update").ToListAsync(ct)).Single();
        if (move.State != MoveState.Soaking || await db.Operations.AnyAsync(o => o.SubjectId == tenant.Id && o.FinishedAt == null, ct))
        {
            return null;
        }

        var operation = await launcher.AddAsync<MoveCompletion>(db, tenant.Id, tenant.Slug, new OfMove(id), "end of soak", ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return operation.Id;
    }
}
