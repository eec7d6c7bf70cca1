using ControlPlane.Operations;
using Migrator.Databases;
using Migrator.Fleet;

namespace ControlPlane.Fleet;

/// <summary>
/// Migrates each chosen database as its owner. A worker that takes over, or a retry, goes on with what is not done; a database
/// that was done and not noted is found to have nothing pending.
/// </summary>
public sealed class MigrateDatabases(FleetRun run) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct) => run.GoAsync(
        step,
        FleetWorkKind.Migration,
        (request, wanted) =>
        {
            var migrator = new DatabaseMigrator(wanted.Migrations, request.Migrating(step.OperationId));
            return Task.FromResult<FleetWork>(async (target, session, token) =>
                TargetResult.From(target, await migrator.ApplyAsync(session, token), TargetState.Done));
        },
        ct);
}
