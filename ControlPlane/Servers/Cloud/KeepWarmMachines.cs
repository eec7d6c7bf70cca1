using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Cloud;

/// <summary>Orders dedicated machines in advance, as many as are set to wait, in the region of the first choice.</summary>
public sealed class KeepWarmMachines(IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher, NewMachine newMachine, IMachineProvider provider, MachineSettings settings) : Chore
{
    public override string Cron => "15 * * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        if (settings is not { UsesCloud: true, Warm: > 0 })
        {
            return;
        }

        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // One node at a time counts and orders.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('warm machines'))", ct);
        // What a golden image is taken of waits for nobody.
        var coming = await db.Machines.Where(m => !db.Images.Any(i => i.MachineId == m.Id)).CountAsync(m => m.Tier == Tier.Dedicated && m.TenantId == null && (m.State == MachineState.Ready || m.State == MachineState.Ordered), ct);
        var begun = new List<Guid>();
        for (; coming < settings.Warm; coming++)
        {
            var machine = newMachine.Add(db, Tier.Dedicated, provider.Choices(region: null)[0].Location, tenant: null);
            begun.Add((await launcher.AddAsync<ServerProvisioning>(db, machine.Id, machine.Name, new { }, "controlplane", ct)).Id);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        begun.ForEach(launcher.Wake);
    }
}
