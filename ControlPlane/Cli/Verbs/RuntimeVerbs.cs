using System.CommandLine;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl runtimes …</c></summary>
internal static class RuntimeVerbs
{
    private static readonly Argument<string> Id = new("id") { Description = "As ctl runtimes list shows it." };

    public static Command Create(CliConsole console) => new("runtimes", "The processes that serve customers.") { List(console), Forget(console) };

    private static Verb List(CliConsole console) =>
        new Verb("list", "Lists the processes that serve customers, and which schema their release is made for. Those that fell silent are listed for a day.", "ctl runtimes list")
            .With(Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                call.Report.List(
                    await call.Api.ListAsync("/v1/runtimes", call.Get(Shared.Limit), ct),
                    ["id", "instance", "key", "made for", "seen", ""],
                    r => [r.TextOf("id"), r.TextOf("instance"), r.TextOf("key"), r.Has("schema") ? r.TextOf("schema") : "unknown", Words.Ago(r.TimeOf("seenAt"), TimeProvider.System.GetUtcNow()), r.GetProperty("isHeard").GetBoolean() ? "" : call.Report.Style.Bad("silent")],
                    "No process serves customers.");
                return ExitCode.Done;
            });

    private static Verb Forget(CliConsole console) =>
        new Verb(
            "forget",
            "Says that a process which fell silent is gone for good: migrations that take something away do not wait for it any more. Refused while it is heard of.",
            "ctl runtimes forget 01890a5d-ac96-774b-bcce-b302099a8057")
            .With(Id, Shared.Yes)
            .Does(console, async (call, ct) =>
            {
                Shared.Confirm(call, $"Is runtime {call.Parsed.GetValue(Id)} gone for good? If it still serves customers, they may meet a schema that it does not know.");
                await call.Api.DeleteAsync($"/v1/runtimes/{call.Path(Id)}", ct);
                call.Report.Say(call.Report.Style.Good($"Runtime {call.Parsed.GetValue(Id)} is forgotten."));
                return ExitCode.Done;
            });
}
