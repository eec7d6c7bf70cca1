using System.Text.Json;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl doctor</c> and <c>ctl findings</c></summary>
internal static class DoctorVerbs
{
    public static Verb Doctor(CliConsole console) =>
        new Verb("doctor", "Looks at everything and says what to do about what is wrong. Exit code 1 when something is.", "ctl doctor")
            .Does(console, async (call, ct) =>
            {
                var answer = await call.Api.GetAsync("/v1/doctor", ct);
                var healthy = answer.GetProperty("healthy").GetBoolean();
                if (call.Report.IsJson)
                {
                    call.Report.Json(answer);
                    return healthy ? ExitCode.Done : ExitCode.Failed;
                }

                var style = call.Report.Style;
                var checks = answer.GetProperty("checks").EnumerateArray().ToList();
                var width = checks.Max(c => c.TextOf("name").Length);
                foreach (var check in checks)
                {
                    var good = check.GetProperty("good").GetBoolean();
                    call.Report.Say($"{(good ? style.Good("✓") : style.Bad("✗"))} {check.TextOf("name").PadRight(width)}  {check.TextOf("detail")}");
                    if (check.Has("advice"))
                    {
                        call.Report.Say($"  {new string(' ', width)}  {style.Busy(check.TextOf("advice"))}");
                    }
                }

                call.Report.Say(healthy ? style.Good("Everything is well.") : style.Bad("Not everything is well."));
                return healthy ? ExitCode.Done : ExitCode.Failed;
            });

    public static Verb Findings(CliConsole console) =>
        new Verb("findings", "Lists differences between the catalog and reality, and what to do about them.", "ctl findings")
            .With(Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                var found = await call.Api.ListAsync("/v1/findings", call.Get(Shared.Limit), ct);
                if (call.Report.IsJson || found.Items.Count == 0)
                {
                    call.Report.List(found, [], _ => [], "Catalog and reality agree.");
                    return ExitCode.Done;
                }

                foreach (var finding in found.Items)
                {
                    Describe(call.Report, finding);
                }

                return ExitCode.Done;
            });

    public static void Describe(Report report, JsonElement finding)
    {
        report.Say($"{report.Style.Bad(Words.Of(finding.TextOf("kind")))}  {report.Style.Strong(finding.TextOf("subject"))}  {report.Style.Faint($"since {Words.Ago(finding.TimeOf("firstSeen"), TimeProvider.System.GetUtcNow())}")}");
        report.Say($"  {finding.TextOf("detail")}");
        report.Say($"  {report.Style.Busy(finding.TextOf("advice"))}");
    }
}
