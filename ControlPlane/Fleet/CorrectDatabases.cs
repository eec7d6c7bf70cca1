using ControlPlane.Operations;
using ControlPlane.Servers;
using Migrator.Databases;
using Migrator.Fleet;
using Npgsql;

namespace ControlPlane.Fleet;

/// <summary>
/// Corrects each chosen database as its owner, then looks what it lacks now and notes that. Each correction names where it goes to, so
/// doing it twice equals doing it once. A dry run only tells what would be done.
/// </summary>
public sealed class CorrectDatabases(FleetRun run, ApplicationSchema schema) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct) => run.GoAsync(
        step,
        FleetWorkKind.Correction,
        (request, wanted) =>
        {
            var options = request.Migrating(step.OperationId) with { To = null, DryRun = request.DryRun };
            var correct = Correcting(request, wanted, options);
            return Task.FromResult(request.DryRun ? Telling(correct, request.Correction) : Doing(correct, wanted, options));
        },
        ct);

    private static FleetWork Doing(Correct correct, WantedSchema wanted, MigratorOptions options)
    {
        // What is lacking is noted, whatever its order.
        var check = new MigrationCheck([.. wanted.Migrations.Select(m => m with { Verify = null })], options with { AllowOutOfOrder = true });
        return async (target, session, token) =>
        {
            await correct(session.Connection, session.Owner, token);
            return TargetResult.From(target, await check.RunAsync(session.Connection, session.Owner, token), TargetState.Done);
        };
    }

    private static FleetWork Telling(Correct correct, Correction? correction) => async (target, session, token) =>
    {
        var report = await correct(session.Connection, session.Owner, token);
        IReadOnlyList<string> touched = correction == Correction.Down ? report.Pending : [.. report.Applied.Select(a => a.Version)];
        return TargetResult.From(target, report, touched.Count == 0 ? TargetState.Done : TargetState.Pending) with
        {
            Error = touched.Count == 0 ? null : $"would {Verb(correction)} {string.Join(", ", touched)}",
        };
    };

    private static string Verb(Correction? correction) => correction switch
    {
        Correction.Down => "take back",
        Correction.Baseline => "be declared to have",
        _ => "change its record of",
    };

    private Correct Correcting(FleetRequest request, WantedSchema wanted, MigratorOptions options) => request.Correction switch
    {
        Correction.Baseline => new HistoryBaseline(wanted.Migrations, options, request.To!).RunAsync,
        Correction.Down => new MigrationRevert(wanted.Migrations, options, request.To).RunAsync,

        // What still waits is no stranger either.
        Correction.Repair => new HistoryRepair(schema.Migrations, options, request.ForgetMissing).RunAsync,
        var unknown => throw new InvalidOperationException($"There is no correction '{unknown}'."),
    };

    private delegate Task<DatabaseReport> Correct(NpgsqlConnection connection, OwnerRole? owner, CancellationToken ct);
}
