using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Moving;

/// <summary>
/// Opens the databases of machines to each other for as long as a move needs it, as the catalog has it now. Servers that somebody
/// else looks after are not touched.
/// </summary>
public sealed class MeetingServers(IMachineProvider provider, MachineSetups setups)
{
    /// <summary>Tells those of them that are machines whom to let in, where that has changed.</summary>
    /// <param name="servers">Their ids.</param>
    public async Task MeetAsync(StepContext step, IReadOnlyCollection<Guid> servers, CancellationToken ct)
    {
        var machines = await step.ReadAsync(db => db.Machines.Where(m => servers.Contains(m.Id) && m.State == MachineState.Ready).ToListAsync(ct), ct);
        await Task.WhenAll(machines.Select(m => LetInAsync(step, m, ct)));
    }

    private async Task LetInAsync(StepContext step, Machine machine, CancellationToken ct)
    {
        IReadOnlyList<string> told = machine.Peers;
        for (var setup = await setups.ReadAsync(machine, ct); !setup.Peers.SequenceEqual(told, StringComparer.Ordinal); setup = await setups.ReadAsync(machine, ct))
        {
            // Another move may tell the same machine: who comes last has also seen what the other wants.
            told = setup.Peers;
            await provider.LetInAsync(machine, setup, step.Log, ct);
            await step.WriteAsync(async db => (await db.Machines.SingleAsync(m => m.Id == machine.Id, ct)).Peers = [.. told], ct);
            step.Log($"{machine.Name} lets in {(told.Count == 0 ? "no other server" : string.Join(", ", told))}.");
        }
    }
}
