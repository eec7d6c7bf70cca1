using System.CommandLine;
using System.Globalization;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl audit …</c></summary>
internal static class AuditVerbs
{
    public static Command Create(CliConsole console) => new("audit", "Who did what, and whether that record is whole.")
    {
        List(console), Verify(console),
    };

    private static Verb List(CliConsole console)
    {
        var who = Shared.Text("--who", "Name of an API key.", "NAME");
        var what = Shared.Text("--what", "Name of a request, such as CreateTenant.", "REQUEST");
        var tenant = Shared.Text("--tenant", "Only what concerns this tenant.", "SLUG");
        var outcome = Shared.Text("--outcome", "Only what ended like this.", "OUTCOME");
        outcome.AcceptOnlyFromAmong("done", "refused", "denied");
        var since = Shared.Text("--since", "From this time on.", "TIME");
        return new Verb("list", "Lists what was done, newest first.", "ctl audit list --tenant acme", "ctl audit list --outcome denied --since 2026-01-31")
            .With(who, what, tenant, outcome, since, Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                var from = call.Get(since) is { } text ? Time(text) : null;
                var path = Shared.Query("/v1/audit", ("who", call.Get(who)), ("what", call.Get(what)), ("tenant", call.Get(tenant)), ("outcome", call.Get(outcome)), ("since", from));
                call.Report.List(
                    await call.Api.ListAsync(path, call.Get(Shared.Limit), ct),
                    ["seq", "at", "who", "from", "what", "subject", "outcome", "detail"],
                    e =>
                    [
                        e.TextOf("seq"), $"{e.TimeOf("at")?.UtcDateTime:yyyy-MM-dd HH:mm:ss}", e.TextOf("who"), e.TextOf("address"), e.TextOf("what"), e.TextOf("subject"),
                        call.Report.Style.State(e.TextOf("outcome")), call.Report.Style.Faint(Short(e.TextOf("detail"))),
                    ],
                    "Nothing was done.");
                return ExitCode.Done;
            });
    }

    private static Verb Verify(CliConsole console) =>
        new Verb("verify", "Checks that no entry was edited, deleted, moved or cut off. Exit code 1 when one was.", "ctl audit verify")
            .Does(console, async (call, ct) =>
            {
                var verdict = await call.Api.GetAsync("/v1/audit/verify", ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(verdict);
                }

                var whole = verdict.GetProperty("whole").GetBoolean();
                call.Report.Say(whole
                    ? call.Report.Style.Good($"All {verdict.TextOf("checked")} entries are as they were written.")
                    : call.Report.Style.Bad($"Entry {verdict.TextOf("firstBad")} {verdict.TextOf("fault")}.") + $"\nThe {verdict.TextOf("checked")} entries before it are good. Compare with a backup of the catalog.");
                return whole ? ExitCode.Done : ExitCode.Failed;
            });

    private static string Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToString("O", CultureInfo.InvariantCulture)
            : throw new CliException($"--since is '{text}', which is no time.", "Write it as 2026-01-31 or 2026-01-31T12:00:00Z.", ExitCode.Usage);

    private static string Short(string detail) => detail is "{}" ? "" : detail.Length > 100 ? $"{detail[..99]}…" : detail;
}
