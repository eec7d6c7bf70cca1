using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl migrations lint</c></summary>
internal static class RehearsalVerb
{
    public static Verb Create(CliConsole console)
    {
        var from = Shared.Text("--from", "Begin with an empty database and report on what comes after this version.", "VERSION");
        var server = Shared.Text("--server", "Where to rehearse.", "NAME");
        var tenant = Shared.Text("--tenant", "Rehearse on a throw-away copy of this customer's database, rows and all: then the times are real. It comes from a dump, so the customer works on.", "SLUG");
        return new Verb(
            "lint",
            "Runs the migrations that tenants lack on a throw-away clone of the template, and shows what PostgreSQL did: what was locked, rewritten or dropped. Exit 1 when one is dangerous.",
            "ctl migrations lint",
            "ctl migrations lint --tenant acme",
            "ctl migrations lint --from 20260101000000")
            .With(from, server, tenant, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var body = new JsonObject();
                Shared.Add(body, "from", call.Get(from));
                Shared.Add(body, "server", call.Get(server));
                Shared.Add(body, "copyOf", call.Get(tenant));
                var operation = (await call.Api.PostAsync("/v1/migrations/lint", body, ct)).TextOf("operation");
                var shown = await call.Follower.FollowAsync(operation, call.Get(OperationEnd.Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, ct);
                var code = OperationEnd.Conclude(call.Report, shown, "Rehearsed", "done");
                if (code != ExitCode.Done)
                {
                    return code;
                }

                var answer = await call.Api.GetAsync($"/v1/migrations/rehearsals/{operation}", ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(answer);
                }
                else
                {
                    ShowRehearsal(call.Report, answer);
                }

                return answer.GetProperty("isDangerous").GetBoolean() ? ExitCode.Failed : ExitCode.Done;
            });
    }

    private static void ShowRehearsal(Report report, JsonElement answer)
    {
        var migrations = answer.GetProperty("migrations").EnumerateArray().ToList();
        if (migrations.Count == 0)
        {
            report.Say("Nothing to rehearse: tenants lack no migration. Begin empty with: ctl migrations lint --from VERSION");
        }

        foreach (var migration in migrations)
        {
            var findings = migration.GetProperty("findings").EnumerateArray().ToList();
            var verdict = findings.Count == 0 ? report.Style.Good("harmless") : migration.GetProperty("isDangerous").GetBoolean() ? report.Style.Bad("dangerous") : "allowed";
            report.Say($"{report.Style.Strong(migration.TextOf("migration"))}: {verdict}, {migration.GetProperty("milliseconds").GetDouble():0} ms");
            foreach (var held in migration.GetProperty("locks").EnumerateArray())
            {
                report.Say(report.Style.Faint($"  locks {held.TextOf("table")}: {held.TextOf("mode")}, {held.GetProperty("milliseconds").GetDouble():0} ms"));
            }

            foreach (var finding in findings)
            {
                report.Say($"  {finding.TextOf("file")}{(finding.Has("line") ? $":{finding.TextOf("line")}" : "")}: {finding.TextOf("what")}. {(finding.Has("allowed") ? $"Allowed: {finding.TextOf("allowed")}" : finding.TextOf("saferWay"))}");
            }
        }
    }
}
