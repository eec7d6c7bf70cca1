using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Cloud;

/// <summary>Brings certificates that were renewed to the machines that show them.</summary>
public sealed class DeliverCertificates(IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher, CertificateStore certificates, ControlPlaneSettings settings) : Chore
{
    public override string Cron => "0 23 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var served = await db.Machines.Where(m => m.State == MachineState.Ready)
            .Join(db.Tenants.Where(t => t.State == TenantState.Active || t.State == TenantState.Suspended), m => m.TenantId, t => t.Id, (m, t) => new { m.Id, m.Name, m.CertificateRevision, t.Slug })
            .Where(m => !db.Operations.Any(o => o.SubjectId == m.Id && o.FinishedAt == null))
            .ToListAsync(ct);
        foreach (var machine in served)
        {
            if (await certificates.FindAsync([settings.TenantHostOf(machine.Slug)], ct) is { } newest && newest.Revision != machine.CertificateRevision)
            {
                var operation = await launcher.AddAsync<ServerConfiguration>(db, machine.Id, machine.Name, new { }, "controlplane", ct);
                await db.SaveChangesAsync(ct);
                launcher.Wake(operation.Id);
            }
        }
    }
}
