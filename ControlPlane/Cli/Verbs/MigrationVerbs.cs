using System.CommandLine;
using System.Text.Json;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl migrations …</c></summary>
internal static class MigrationVerbs
{
    public static Command Create(CliConsole console) => new("migrations", "The schema of all tenants' databases.")
    {
        CommandLine.Format,
        MigrationFileVerbs.New(console), MigrationFileVerbs.Hash(console), RehearsalVerb.Create(console), Plan(console), Apply(console), Status(console), RetryFailed(console), Stop(console),
        Verify(console), Drift(console), CorrectionVerbs.Down(console), CorrectionVerbs.Baseline(console), CorrectionVerbs.Repair(console), TemplateVerb.Create(console),
    };

    private static Verb Plan(CliConsole console) =>
        new Verb(
            "plan",
            "Shows what apply would do, by what the catalog knows. Exit 3 when something is pending.",
            "ctl migrations plan",
            "ctl migrations plan --ring 0 --to 20260301090000")
            .With(FleetChoice.To).Choosing()
            .Does(console, ShowPlanAsync);

    private static Verb Apply(CliConsole console)
    {
        var outOfOrder = new Option<bool>("--allow-out-of-order") { Description = "Also apply files that are older than the newest applied one, as when two branches were merged. Make sure that the two do not depend on each other." };
        var missing = new Option<bool>("--allow-missing") { Description = "Go on where a database has versions that have no file." };
        return new Verb(
            "apply",
            "Brings every database to the newest schema: ring after ring, the largest of each first. What is left of an earlier run is picked up.",
            "ctl migrations apply --wait",
            "ctl migrations apply --ring 0 --wait",
            "ctl migrations apply --tenants acme globex --to 20260301090000 --wait",
            "ctl migrations apply --server shared-1 --max-failures 2% --wait")
            .With(FleetChoice.DryRun, FleetChoice.To).Changing().With(outOfOrder, missing, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                if (call.Get(FleetChoice.DryRun))
                {
                    return await ShowPlanAsync(call, ct);
                }

                if ((await call.Api.GetAsync(PlanOf(call), ct)) is var status && status.GetProperty("behind").GetInt32() == 0 && status.GetProperty("held").GetArrayLength() == 0)
                {
                    if (call.Report.IsJson)
                    {
                        call.Report.Json(status);
                    }

                    call.Report.Say(call.Report.Style.Good($"Nothing to do: all {status.TextOf("databases")} databases have {status.TextOf("wanted")}."));
                    return ExitCode.Done;
                }

                var body = FleetChoice.Body(call);
                Shared.Add(body, "allowOutOfOrder", call.Get(outOfOrder));
                Shared.Add(body, "allowMissing", call.Get(missing));
                return await OperationEnd.OfAsync(call, await call.Api.PostAsync("/v1/migrations/apply", body, ct), "Every database that was asked for is migrated", ct);
            });
    }

    private static Verb Status(CliConsole console)
    {
        var databases = new Option<bool>("--databases") { Description = "List each database of the latest run." };
        var work = Shared.Text("--work", "With --databases: another kind of run than a migration.", "WORK");
        work.AcceptOnlyFromAmong("migration", "verification", "drift", "correction");
        var state = Shared.Text("--state", "With --databases: only those in this state.", "STATE");
        state.AcceptOnlyFromAmong("pending", "running", "requeued", "done", "behind", "locked", "unreachable", "failed", "drifted");
        return new Verb(
            "status",
            "Shows at which schema databases are, and how far the latest run is. Exit 3 when one is behind.",
            "ctl migrations status",
            "ctl migrations status --databases --state failed")
            .With(databases, work, state, Shared.Limit, FleetChoice.To).Choosing()
            .Does(console, async (call, ct) =>
            {
                if (call.Get(databases))
                {
                    await FleetLook.ListAsync(call, FleetLook.PathOf(call, call.Get(work) ?? "migration", call.Get(state)), call.Get(Shared.Limit), ct);
                    return ExitCode.Done;
                }

                var answer = await call.Api.GetAsync(PlanOf(call), ct);
                Describe(call, answer);
                if (!call.Report.IsJson && answer.GetProperty("run") is { ValueKind: JsonValueKind.Object } run)
                {
                    Describe(call.Report, run);
                }

                return answer.GetProperty("behind").GetInt32() == 0 ? ExitCode.Done : ExitCode.Pending;
            });
    }

    private static Verb RetryFailed(CliConsole console) =>
        new Verb("retry-failed", "Migrates those databases again that did not end well the last time.", "ctl migrations retry-failed --wait")
            .With(FleetChoice.To).Changing().With(OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
                await OperationEnd.OfAsync(call, await call.Api.PostAsync("/v1/migrations/retry-failed", FleetChoice.Body(call), ct), "Those that had failed are migrated", ct));

    private static Verb Stop(CliConsole console) =>
        new Verb("stop", "Lets the run under way finish the databases it is at, and begin no other.", "ctl migrations stop --wait")
            .With(OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
                await OperationEnd.OfAsync(call, await call.Api.PostAsync("/v1/migrations/stop", null, ct), "The run has ended", ct, "done", "needs_operator"));

    private static Verb Verify(CliConsole console) =>
        new Verb(
            "verify",
            "Connects to the databases, compares their histories with the migrations and runs the verify queries of what is applied. Exit 1 when one fails, 3 when one is behind.",
            "ctl migrations verify",
            "ctl migrations verify --tenants acme")
            .Looking().With(OperationEnd.Timeout)
            .Does(console, (call, ct) => FleetLook.GoAsync(call, "verify", "verification", FleetChoice.Body(call), "Every database is verified", ct));

    private static Verb Drift(CliConsole console) =>
        new Verb("drift", "Compares the databases' schemas with the template's, object by object. Exit 4 when one differs.", "ctl migrations drift", "ctl migrations drift --server shared-1")
            .Looking().With(OperationEnd.Timeout)
            .Does(console, (call, ct) => FleetLook.GoAsync(call, "drift", "drift", FleetChoice.Body(call), "Every database with the newest schema is compared", ct));

    private static string PlanOf(Verb.Call call) => FleetChoice.Path(call, "/v1/migrations", ("to", call.Get(FleetChoice.To)));

    private static async Task<int> ShowPlanAsync(Verb.Call call, CancellationToken ct)
    {
        var answer = await call.Api.GetAsync(PlanOf(call), ct);
        Describe(call, answer);
        return answer.GetProperty("behind").GetInt32() == 0 ? ExitCode.Done : ExitCode.Pending;
    }

    private static void Describe(Verb.Call call, JsonElement answer)
    {
        var report = call.Report;
        if (report.IsJson)
        {
            report.Json(answer);
            return;
        }

        var behind = answer.GetProperty("behind").GetInt32();
        report.Details(
            ("wanted", report.Style.Strong(answer.TextOf("wanted"))),
            ("databases", answer.TextOf("databases")),
            ("behind", behind == 0 ? "0" : report.Style.Bad($"{behind}")));
        foreach (var held in answer.GetProperty("held").EnumerateArray())
        {
            report.Say($"{held.TextOf("migration")} waits: {held.TextOf("because")}");
        }

        if (answer.GetProperty("held").GetArrayLength() > 0)
        {
            report.Say("A process that was killed counts for a day. If it is gone for good: ctl runtimes list, then ctl runtimes forget ID");
        }

        report.Say("");
        report.Table(
            ["databases", "have", "lack"],
            [.. answer.GetProperty("versions").EnumerateArray().Select(v => (IReadOnlyList<string>)[v.TextOf("databases"), v.Has("version") ? v.TextOf("version") : "unknown", v.TextOf("pending")])],
            "No tenant has a database yet.");
    }

    private static void Describe(Report report, JsonElement run)
    {
        var operation = run.GetProperty("operation");
        report.Say("");
        report.Details(
            ("latest run", $"{report.Style.State(operation.TextOf("state"))}  {operation.TextOf("id")}"),
            ("databases", run.TextOf("databases")),
            ("done", run.TextOf("done")),
            ("running", run.TextOf("running")),
            ("waits for locks", run.TextOf("requeued")),
            ("not begun", run.TextOf("pending")),
            ("not well", run.TextOf("notWell")),
            ("error", report.Style.Bad(operation.TextOf("error"))));
    }
}
