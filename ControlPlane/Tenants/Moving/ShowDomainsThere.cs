using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Tenants.Domains;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>Has the machine where the tenant goes show its own domains, before anybody is pointed there. Undone, it knows none of them, where it stays at all.</summary>
public sealed class ShowDomainsThere(DomainDelivery delivery, IMachineProvider provider) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(5);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (await FindMachineAsync(step, ct) is { } machine)
        {
            foreach (var domain in await MovingDomains.ReadAsync(step, ct))
            {
                if (await delivery.ShowAsync(domain, machine, step.Log, ct) is { } revision)
                {
                    MovingDomains.Remember(step, domain, revision);
                }
                else
                {
                    step.Log($"{domain.Name} has no certificate here: TLS ended elsewhere so far. It gets one when it leads to {machine.Address}.");
                }
            }
        }

        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (!MachineOf.IsMadeFor(step) && await FindMachineAsync(step, ct) is { } machine)
        {
            foreach (var domain in await MovingDomains.ReadAsync(step, ct))
            {
                await delivery.LeaveAsync(domain, machine, step.Log, ct);
            }
        }
    }

    /// <summary>Of the database that the tenant moves to, or goes back to; null where it has no web server of ours.</summary>
    private async Task<Machine?> FindMachineAsync(StepContext step, CancellationToken ct)
    {
        var machine = await step.ReadAsync(
            async db =>
            {
                var target = await db.Moves.AnyAsync(m => m.Id == step.OperationId, ct)
                    ? step.OperationId
                    : await db.Moves.Where(m => m.Id == step.Input<OfMove>().Move).Select(m => m.SourceId).SingleOrDefaultAsync(ct);
                return await db.Machines.SingleOrDefaultAsync(m => m.State == MachineState.Ready && db.Databases.Any(d => d.Id == target && d.ServerId == m.Id), ct);
            },
            ct);
        return machine is not null && provider.ChallengesOn(machine) is not null ? machine : null;
    }
}
