using System.CommandLine;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl operations …</c></summary>
internal static class OperationVerbs
{
    private static readonly Argument<string> Id = new("id") { Description = "The operation's id; see: ctl operations list" };

    public static Command Create(CliConsole console) => new("operations", "Work that is under way, and what became of it.")
    {
        List(console), Show(console), Watch(console), Cancel(console), Retry(console),
    };

    private static Verb List(CliConsole console)
    {
        var subject = Shared.Text("--subject", "Only those of this tenant or server.", "NAME");
        var state = Shared.Text("--state", "Only those in this state.", "STATE");
        state.AcceptOnlyFromAmong("pending", "running", "waiting", "undoing", "needs_operator", "done", "undone", "cancelled");
        var live = new Option<bool>("--live") { Description = "Only those that have not ended." };
        return new Verb("list", "Lists operations, newest first.", "ctl operations list --live", "ctl operations list --state needs_operator")
            .With(subject, state, live, Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                var path = Shared.Query("/v1/operations", ("subject", call.Get(subject)), ("state", call.Get(state)), ("live", call.Get(live) ? "true" : null));
                var now = TimeProvider.System.GetUtcNow();
                call.Report.List(
                    await call.Api.ListAsync(path, call.Get(Shared.Limit), ct),
                    ["id", "workflow", "subject", "state", "by", "begun", "took", "note"],
                    o =>
                    [
                        o.TextOf("id"), Words.Of(o.TextOf("workflow")), o.TextOf("subject"), call.Report.Style.State(o.TextOf("state")), o.TextOf("requestedBy"),
                        Words.Ago(o.TimeOf("createdAt"), now), o.TimeOf("finishedAt") - o.TimeOf("createdAt") is { } took ? Words.Took(took) : "", o.Has("error") ? o.TextOf("error") : o.TextOf("status"),
                    ],
                    "No operations.");
                return ExitCode.Done;
            });
    }

    private static Verb Show(CliConsole console) =>
        new Verb("show", "Shows one operation with its steps and what they said.", "ctl operations show ID")
            .With(Id)
            .Does(console, async (call, ct) =>
            {
                var answer = await call.Api.GetAsync($"/v1/operations/{call.Path(Id)}", ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(answer);
                    return ExitCode.Done;
                }

                var (operation, style, now) = (answer.GetProperty("operation"), call.Report.Style, TimeProvider.System.GetUtcNow());
                call.Report.Details(
                    ("operation", operation.TextOf("id")),
                    ("workflow", $"{style.Strong(Words.Of(operation.TextOf("workflow")))} of {style.Strong(operation.TextOf("subject"))}"),
                    ("state", style.State(operation.TextOf("state"))),
                    ("requested by", operation.TextOf("requestedBy")),
                    ("begun", Words.Ago(operation.TimeOf("createdAt"), now)),
                    ("took", operation.TimeOf("finishedAt") - operation.TimeOf("createdAt") is { } took ? Words.Took(took) : ""),
                    ("waits because", operation.TextOf("status")),
                    ("error", style.Bad(operation.TextOf("error"))));
                call.Report.Say("");
                call.Report.Table(
                    ["step", "state", "attempt", "took", "error"],
                    [.. answer.GetProperty("steps").EnumerateArray().Select(s => (IReadOnlyList<string>)
                        [
                            Words.Of(s.TextOf("name")), s.Has("state") ? style.State(s.TextOf("state")) : style.Faint("to come"), s.Has("state") ? s.TextOf("attempt") : "",
                            s.TimeOf("finishedAt") - s.TimeOf("startedAt") is { } time ? Words.Took(time) : "", s.TextOf("error"),
                        ])],
                    "No steps.");
                foreach (var line in answer.GetProperty("log").EnumerateArray())
                {
                    call.Report.Say(style.Faint($"{line.TimeOf("at")?.UtcDateTime:HH:mm:ss.fff}  {Words.Of(line.TextOf("step"))}: ") + line.TextOf("line"));
                }

                return ExitCode.Done;
            });

    private static Verb Watch(CliConsole console) =>
        new Verb("watch", "Follows an operation until it ends.", "ctl operations watch ID")
            .With(Id, OperationEnd.Timeout)
            .Does(console, (call, ct) => OperationEnd.FollowAsync(call, call.Path(Id), "Done", ct));

    private static Verb Cancel(CliConsole console) =>
        new Verb("cancel", "Undoes an operation from its next step boundary, or gives it up where it has stopped.", "ctl operations cancel ID --wait")
            .With(Id, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var accepted = await call.Api.PostAsync($"/v1/operations/{call.Path(Id)}/cancel", null, ct);
                return await OperationEnd.OfAsync(call, accepted, "Ended", ct, "undone", "cancelled");
            });

    private static Verb Retry(CliConsole console) =>
        new Verb("retry", "Goes on with an operation that has stopped, from the step that failed.", "ctl operations retry ID --wait")
            .With(Id, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var accepted = await call.Api.PostAsync($"/v1/operations/{call.Path(Id)}/retry", null, ct);
                return await OperationEnd.OfAsync(call, accepted, "Done", ct);
            });
}
