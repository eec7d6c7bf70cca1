using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Fleet;

/// <summary>Notes which databases this run is about: those the catalog knows to be behind, among those that were asked for.</summary>
public sealed class ChooseDatabases(ApplicationSchema schema) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (step.Input<FleetRequest>().WaitForRelease(schema) is { } wait)
        {
            return wait;
        }

        var chosen = 0;
        await step.WriteAsync(
            async db =>
            {
                var wanted = await WantedSchema.ReadAsync(db, schema, ct);
                chosen = await FleetTargets.ChooseAsync(db, step.OperationId, FleetWorkKind.Migration, step.Input<FleetRequest>(), ct, behind: wanted.Version);
            },
            ct);
        step.Log(chosen == 0 ? "No database is behind." : $"{chosen} databases are behind.");
        return StepResult.Done;
    }
}
