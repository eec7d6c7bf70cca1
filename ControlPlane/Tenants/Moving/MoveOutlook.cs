using ControlPlane.Catalog;
using ControlPlane.Servers;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;
using Provisioner.Hetzner.Servers;
using Provisioner.Moves;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Moving;

/// <summary>Looks ahead at a move: what it takes, what it costs, what becomes of backups. Changes nothing.</summary>
public sealed class MoveOutlook(CatalogDb db, ServerConnections servers, IMachineProvider provider, ControlPlaneSettings settings)
{
    /// <summary>To a server that is there.</summary>
    /// <param name="dump">By a dump, even where replication can carry everything.</param>
    public async Task<MoveForecast> ToAsync(Tenant tenant, Guid server, bool dump, CancellationToken ct)
    {
        var to = await PlaceAsync(server, ct);
        return await LookAsync(tenant, to, to.Machine is { Tier: Tier.Dedicated } own ? PriceOf(own) : null, await servers.GetAsync(server, ct), dump, ct);
    }

    /// <summary>To a machine that would be made for it.</summary>
    public async Task<MoveForecast> ToNewMachineAsync(Tenant tenant, bool dump, CancellationToken ct)
    {
        var (choice, price) = await ChooseAsync(tenant.Region, ct);
        var forecast = await LookAsync(tenant, new($"a new {choice}", Machine: null, settings.Machines.UsesCloud, FreeBytes: null), price, target: null, dump, ct);
        return forecast with { MakesMachine = true };
    }

    /// <summary>The tenant's own machine that is there already, or else one that waits for somebody; null where one would be made.</summary>
    public Task<Guid?> FindMachineAsync(Tenant tenant, CancellationToken ct) =>
        db.Machines.Where(m => m.State == MachineState.Ready && m.Tier == Tier.Dedicated && (m.TenantId == tenant.Id || (m.TenantId == null && m.Location == tenant.Region)))
            .OrderBy(m => m.TenantId == null).ThenBy(m => m.CreatedAt).Select(m => (Guid?)m.Id).FirstOrDefaultAsync(ct);

    private async Task<MoveForecast> LookAsync(Tenant tenant, Place to, MachinePrice? after, PostgresServer? target, bool dump, CancellationToken ct)
    {
        var source = await db.Databases.AsNoTracking().SingleAsync(d => d.Id == tenant.DatabaseId, ct);
        var from = await PlaceAsync(source.ServerId, ct);
        var plan = await new MovePreflight { Wish = dump ? MoveMode.Dump : MoveMode.Replication, TargetFreeBytes = to.FreeBytes }.InspectAsync(await servers.GetAsync(source.ServerId, ct), new TenantDatabaseName(source.Id), target, ct);
        return new(
            from.Name, to.Name, MakesMachine: false, plan.Mode, plan.IsRefused, plan.Facts.Bytes, plan.Preparation.TotalSeconds, plan.Hold.TotalMilliseconds, settings.Moves.Soak.TotalHours,
            from.Machine is { } own && own.TenantId == tenant.Id ? PriceOf(own) : null, after, [.. Backups(tenant, from, to, plan.Mode)], plan.Findings);
    }

    private async Task<(ServerChoice Choice, MachinePrice? Price)> ChooseAsync(string region, CancellationToken ct)
    {
        var choices = provider.Choices(region);
        foreach (var choice in choices)
        {
            if (await provider.PriceAsync(choice, ct) is { } price)
            {
                return (choice, price);
            }
        }

        // Nothing is paid here, or nothing is sold at the moment.
        return choices.Count > 0 ? (choices[0], null) : throw Placement.NoMachine(region);
    }

    /// <summary>The playbook dumps all databases of a machine at night, onto the machine itself (ansible/roles/backup).</summary>
    private static IEnumerable<string> Backups(Tenant tenant, Place from, Place to, MoveMode mode)
    {
        const int KeptDays = 7;
        yield return from switch
        {
            { IsDumped: true } when from.Machine!.TenantId == tenant.Id => $"The nightly dumps on {from.Name} go with that machine when the way back is closed.",
            { IsDumped: true } => $"The nightly dumps on {from.Name} stay there for {KeptDays} days.",
            _ => $"The control plane makes no backups on {from.Name}.",
        };
        yield return to.IsDumped
            ? $"From then on {to.Name} dumps it every night and keeps {KeptDays} days, on the machine itself."
            : $"The control plane makes no backups on {to.Name}: whoever keeps that server must.";
        yield return mode == MoveMode.Dump
            ? "The old place is kept as it was, and does not follow the new one."
            : "The move itself takes no dump: until the way back is closed the old place follows the new one, row by row.";
    }

    private async Task<Place> PlaceAsync(Guid server, CancellationToken ct)
    {
        var place = await db.Servers.AsNoTracking().SingleAsync(s => s.Id == server, ct);
        var machine = await db.Machines.AsNoTracking().SingleOrDefaultAsync(m => m.Id == server, ct);
        return new(place.Name, machine, machine is { CloudId: not null }, place.FreeBytes);
    }

    private static MachinePrice? PriceOf(Machine machine) =>
        machine is { PriceMonthly: { } monthly, PriceHourly: { } hourly, Currency: { } currency } ? new(monthly, hourly, currency) : null;

    /// <param name="Machine">Null where the server was not made by the control plane.</param>
    /// <param name="IsDumped">Whether the control plane has set backups up there.</param>
    private sealed record Place(string Name, Machine? Machine, bool IsDumped, long? FreeBytes);
}
