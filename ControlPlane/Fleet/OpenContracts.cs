using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Migrator.Sources;

namespace ControlPlane.Fleet;

/// <summary>
/// Lets those contract migrations through that no running release stands in the way of any more. It is written down before any
/// database loses its old shape, so that templates and later runs agree.
/// </summary>
public sealed class OpenContracts(ApplicationSchema schema) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (step.Input<FleetRequest>().WaitForRelease(schema) is { } wait)
        {
            return wait;
        }

        var wanted = await step.ReadAsync(db => WantedSchema.ReadAsync(db, schema, ct), ct);
        var to = step.Input<FleetRequest>().To;
        var asked = wanted.Held.Where(h => to is null || VersionOrder.Instance.Compare(h.Version, to) <= 0).ToList();
        if (asked.Count == 0)
        {
            return StepResult.Done;
        }

        var running = await step.ReadAsync(db => RunningReleases.ReadAsync(db, ct), ct);
        foreach (var contract in asked)
        {
            if (running.WhoNeedsLessThan(contract.Version) is { } holder)
            {
                step.Log($"{contract.Id} waits: {holder}.");
                continue;
            }

            await step.WriteAsync(
                db => db.Database.ExecuteSqlAsync($"insert into opened_contracts (version) values ({contract.Version}) on conflict do nothing", ct), ct);
            step.Log($"{contract.Id} may take the old shape away: no running release needs it.");
        }

        return StepResult.Done;
    }
}
