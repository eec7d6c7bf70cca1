using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Removal;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Cloud;

/// <summary>Removes the machines of customers who are gone for good: nobody pays for a server that nobody uses.</summary>
public sealed class RemoveLeftMachines(IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher) : Chore
{
    public override string Cron => "45 * * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('left machines'))", ct);
        var left = await db.Machines
            .Where(m => m.State == MachineState.Ready && db.Tenants.Any(t => t.Id == m.TenantId && t.State == TenantState.Purged))
            .Where(m => !db.Operations.Any(o => o.SubjectId == m.Id && o.FinishedAt == null))
            .ToListAsync(ct);
        var begun = new List<Guid>();
        foreach (var machine in left)
        {
            begun.Add((await launcher.AddAsync<ServerRemoval>(db, machine.Id, machine.Name, new { }, "controlplane", ct)).Id);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        begun.ForEach(launcher.Wake);
    }
}
