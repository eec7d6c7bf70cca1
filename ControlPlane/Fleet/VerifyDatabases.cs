using ControlPlane.Operations;
using Migrator.Databases;
using Migrator.Fleet;

namespace ControlPlane.Fleet;

/// <summary>
/// Reads each database's history, runs the verify queries of what is applied, and corrects what the catalog notes as its schema.
/// </summary>
public sealed class VerifyDatabases(FleetRun run) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct) => run.GoAsync(
        step,
        FleetWorkKind.Verification,
        (request, wanted) =>
        {
            var check = new MigrationCheck(wanted.Migrations, request.Migrating(step.OperationId));
            return Task.FromResult<FleetWork>(async (target, session, token) =>
            {
                var report = await check.RunAsync(session, token);
                var isDone = report.Pending.Count == 0;
                return TargetResult.From(target, report, isDone ? TargetState.Done : TargetState.Pending) with { Error = isDone ? null : $"lacks {string.Join(", ", report.Pending)}" };
            });
        },
        ct);
}
