using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Servers.Provisioning;

/// <summary>Looks at the machine's PostgreSQL and takes it into the fleet. Undone, nothing is placed on it any more.</summary>
public sealed class RegisterServer(IMachineProvider provider, ServerConnections servers, SecretBox secrets) : Step
{
    /// <summary>One customer's, and room to restore beside it.</summary>
    private const int DedicatedDatabases = 4;

    private const int SharedDatabases = 1000;

    private const int SharedWarm = 5;

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (MachineOf.WasWarm(step))
        {
            return StepResult.Done;
        }

        var machine = await MachineOf.LoadAsync(step, ct);
        var database = await provider.FindDatabaseAsync(machine, ct);
        await using var postgres = servers.Open(servers.WithCertificate(machine.Id, database.AdminConnection, database.Certificate));
        var found = await postgres.InspectAsync(ct);
        await step.WriteAsync(db => WriteAsync(db, machine, database, found.MaxConnections, ct), ct);
        step.Log($"{machine.Name} is a server of the fleet, with {found.MaxConnections} connections.");
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (!MachineOf.WasWarm(step))
        {
            await step.WriteAsync(async db => (await db.Servers.SingleOrDefaultAsync(s => s.Id == MachineOf.IdOf(step), ct))?.Remove(), ct);
        }
    }

    private async Task WriteAsync(CatalogDb db, Machine machine, MachineDatabase database, int connections, CancellationToken ct)
    {
        (await db.Machines.SingleAsync(m => m.Id == machine.Id, ct)).Complete();
        if (await db.Servers.AnyAsync(s => s.Id == machine.Id, ct))
        {
            return;
        }

        var address = new NpgsqlConnectionStringBuilder(database.AdminConnection);
        var isShared = machine.Tier == Tier.Shared;
        db.Servers.Add(new Server
        {
            Id = machine.Id,
            Name = machine.Name,
            Region = machine.Location!,
            Tier = machine.Tier,
            Host = address.Host!,
            Port = address.Port,
            AdminSecret = secrets.Protect(database.AdminConnection, SecretPlaces.ServerAdmin(machine.Id)),
            Certificate = database.Certificate,
            MaxDatabases = isShared ? SharedDatabases : DedicatedDatabases,
            MaxConnections = Math.Max(1, connections - Server.ReservedConnections),
            WarmTarget = isShared ? SharedWarm : 0,
        });
    }
}
