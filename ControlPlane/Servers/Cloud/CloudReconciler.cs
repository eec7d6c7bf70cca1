using ControlPlane.Catalog;
using ControlPlane.Servers.Machines;
using ControlPlane.Tenants;
using Microsoft.EntityFrameworkCore;
using Provisioner;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Servers.Cloud;

/// <summary>
/// Compares what is at Hetzner under our labels with the catalog. What is unknown there is reported and left alone, and what is
/// missing is reported and never made anew: an empty server in its place would look like the real one. Firewall and DNS records are
/// put back.
/// </summary>
public sealed class CloudReconciler(
    HetznerClient hetzner, CloudBasics basics, HostRecords records, IDbContextFactory<CatalogDb> catalogs, Findings findings, Installation installation)
{
    private static readonly string[] Kinds = ["cloud_unknown", "cloud_leftover", "machine_missing", "machine_moved", "machine_unprotected", "machine_open", "dns_unknown", "dns_missing"];

    /// <param name="since">When this look was begun for the first time: what has been found and put back since then stays to be read until the next.</param>
    /// <param name="say">Hears each thing that was found.</param>
    public async Task ReconcileAsync(DateTimeOffset since, Action<string> say, CancellationToken ct)
    {
        var firewall = (await basics.GetAsync(ct, fresh: true)).Firewall;
        var found = await CompareAsync(firewall, ct);
        if (found.Count > 0)
        {
            // One look may have met work that was going on.
            var seen = found.Select(f => (f.Kind, f.Subject)).ToHashSet();
            found = [.. (await CompareAsync(firewall, ct)).Where(f => seen.Contains((f.Kind, f.Subject)))];
        }

        foreach (var each in found)
        {
            say($"{each.Detail} {each.Advice}");
            await findings.ReportAsync(each.Kind, each.Subject, each.Detail, each.Advice, ct, each.Server);
            if (each.Heal is { } heal)
            {
                await heal(ct);
            }
        }

        foreach (var kind in Kinds)
        {
            await findings.ResolveOthersAsync(kind, [.. found.Where(f => f.Kind == kind).Select(f => f.Subject)], ct, since: since);
        }
    }

    private async Task<IReadOnlyList<CloudDifference>> CompareAsync(long firewall, CancellationToken ct)
    {
        // The cloud first: what is there was in the catalog before.
        var there = await hetzner.ReadInventoryAsync(installation.Id.ToString("N"), ct);
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var machines = await db.Machines.AsNoTracking()
            .LeftJoin(db.Tenants, m => m.TenantId, t => t.Id, (m, t) => new KnownMachine(m.Id, m.Name, m.State, m.CloudId, m.Address, t!.Id, t.Slug, t.State))
            .ToDictionaryAsync(m => m.Id, ct);
        var tenants = await db.Tenants.AsNoTracking().Where(t => t.State != TenantState.Purged && t.Tier == Tier.Dedicated).Select(t => t.Id).ToHashSetAsync(ct);
        return [.. there.Servers.SelectMany(s => OfServer(s, machines, firewall)), .. Missing(there.Servers, machines), .. Records(there, tenants), .. MissingRecords(there, machines.Values), .. Others(there)];
    }

    private IEnumerable<CloudDifference> OfServer(HetznerServer server, Dictionary<Guid, KnownMachine> machines, long firewall)
    {
        if (!machines.TryGetValue(Ownership.Read(server.Labels)!.Purpose, out var machine))
        {
            yield return new("cloud_unknown", $"server {server.Name}", $"Server {server.Name} ({server.Id}) carries our labels, but is not in the catalog.", $"It costs money. If nobody needs it: ctl servers discard {server.Name}");
        }
        else if (machine.State == MachineState.Removed)
        {
            yield return new("cloud_leftover", $"server {server.Name}", $"Server {server.Name} ({server.Id}) was removed, but is still at Hetzner.", $"It costs money. Remove it with: ctl servers discard {server.Name}");
        }
        else if (machine.State == MachineState.Ready && server.PublicNet.Ipv4?.Ip != machine.Address)
        {
            yield return new("machine_moved", machine.Name, $"{machine.Name} is at {server.PublicNet.Ipv4?.Ip ?? "no address"}, the catalog says {machine.Address}.", "Give it its address back in the console; DNS and routes lead there.", machine.Id);
        }
        else if (machine.State == MachineState.Ready && !server.Protection.Delete)
        {
            yield return new("machine_unprotected", machine.Name, $"{machine.Name} can be deleted by a slip of the hand.", "Turn on its protection in the console.", machine.Id);
        }
        else if (machine.State == MachineState.Ready && server.PublicNet.Firewalls?.Any(f => f.Id == firewall) != true)
        {
            yield return new(
                "machine_open", machine.Name, $"{machine.Name} was without our firewall at Hetzner.", "It is put back; look in the console's activities who took it off.", machine.Id,
                async ct => await hetzner.Actions.WaitAsync(await hetzner.Firewalls.ApplyAsync(firewall, [FirewallTarget.OfServer(server.Id)], ct), ct));
        }
    }

    private static IEnumerable<CloudDifference> Missing(IReadOnlyList<HetznerServer> servers, Dictionary<Guid, KnownMachine> machines)
    {
        var there = servers.Select(s => s.Id).ToHashSet();
        return machines.Values
            .Where(m => m.State == MachineState.Ready && m.CloudId is { } id && !there.Contains(id))
            .Select(m => new CloudDifference(
                "machine_missing", m.Name, $"{m.Name} at {m.Address} is gone from Hetzner{(m.Tenant is { } slug ? $", and with it the database of '{slug}'" : "")}.", "Look in the console's activities who removed it. Restore the customer from a backup; it is not made anew by itself.", m.Id));
    }

    private static IEnumerable<CloudDifference> Records(HetznerInventory there, HashSet<Guid> tenants) => there.RecordSets
        .Where(r => !tenants.Contains(Ownership.Read(r.Set.Labels)!.Purpose) && r.Set.Type != "TXT")
        .Select(r => new CloudDifference("dns_unknown", $"{r.Set.Type} {r.Set.Name}.{r.Zone}", $"The record {r.Set.Type} {r.Set.Name}.{r.Zone} carries our labels, but no customer has it.", "Delete it in the console: an address that others may get must not be named after a customer."));

    /// <summary>A customer's name that leads nowhere, or to another server than its own. Only of zones that are at Hetzner too.</summary>
    private IEnumerable<CloudDifference> MissingRecords(HetznerInventory there, IEnumerable<KnownMachine> machines)
    {
        var known = there.RecordSets.Where(r => r.Set.Type == "A" && r.Set.Records.Count == 1).Select(r => (r.Zone, r.Set.Name, r.Set.Records[0].Value)).ToHashSet();
        return
            from machine in machines
            where machine.State == MachineState.Ready && machine.TenantState is TenantState.Active or TenantState.Suspended
            let name = records.AtHetzner(machine.Tenant!)
            where name is not null && !known.Contains((name.Zone, name.Name, machine.Address!))
            select new CloudDifference(
                "dns_missing", name.Host, $"{name.Host} did not lead to {machine.Name} at {machine.Address}.", "The record is put back; look in the console's activities who removed it.", machine.Id,
                ct => records.PointAsync(machine.TenantId!.Value, machine.Tenant!, machine.Address!, ct));
    }

    /// <summary>All others of ours are there once: our key and our firewall.</summary>
    private IEnumerable<CloudDifference> Others(HetznerInventory there) =>
        there.Firewalls.Select(f => ("firewall", f.Name, f.Labels)).Concat(there.SshKeys.Select(k => ("SSH key", k.Name, k.Labels))).Concat(there.PrimaryIps.Select(p => ("primary IP", p.Name, p.Labels)))
            .Where(o => Ownership.Read(o.Labels)!.Purpose != installation.Id)
            .Select(o => new CloudDifference("cloud_unknown", $"{o.Item1} {o.Name}", $"The {o.Item1} {o.Name} carries our labels, but is not in the catalog.", "If nobody needs it, delete it in the console."));

    private sealed record KnownMachine(Guid Id, string Name, MachineState State, long? CloudId, string? Address, Guid? TenantId, string? Tenant, TenantState? TenantState);
}
