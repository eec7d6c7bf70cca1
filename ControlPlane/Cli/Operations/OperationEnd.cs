using System.CommandLine;
using System.Text.Json;

namespace ControlPlane.Cli.Operations;

/// <summary>What a verb that starts an operation does with it: waits for its end when asked to, and says how it ended.</summary>
internal static class OperationEnd
{
    public static Option<bool> Wait { get; } = new("--wait") { Description = "Follow the work until it ends." };

    public static Option<int?> Timeout { get; } = new("--timeout") { Description = "With --wait: stop waiting after so many seconds; the work goes on.", HelpName = "SECONDS" };

    /// <summary>Says how to watch the work, or watches it.</summary>
    /// <param name="accepted">The 202's body.</param>
    /// <param name="good">States in which the verb got what it wanted.</param>
    public static async Task<int> OfAsync(Verb.Call call, JsonElement accepted, string whenDone, CancellationToken ct, params string[] good)
    {
        var id = accepted.TextOf("operation");
        if (!call.Get(Wait))
        {
            if (call.Report.IsJson)
            {
                call.Report.Json(accepted);
            }

            call.Report.Say($"Begun as operation {id}{Expectation(accepted)}. Watch it with: ctl operations watch {id}");
            return ExitCode.Pending;
        }

        return await FollowAsync(call, id, whenDone, ct, good);
    }

    public static async Task<int> FollowAsync(Verb.Call call, string id, string whenDone, CancellationToken ct, params string[] good)
    {
        var shown = await call.Follower.FollowAsync(id, call.Get(Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, ct);
        if (call.Report.IsJson)
        {
            call.Report.Json(shown);
        }

        return Conclude(call.Report, shown, whenDone, good.Length > 0 ? good : ["done"]);
    }

    /// <summary>Says how it ended, or that it has not, and answers the exit code.</summary>
    public static int Conclude(Report report, JsonElement shown, string whenDone, params string[] good)
    {
        var operation = shown.GetProperty("operation");
        var (state, style) = (operation.TextOf("state"), report.Style);
        if (!OperationFollower.HasEnded(shown))
        {
            report.Say($"Still {Words.Of(state)}. Watch it with: ctl operations watch {operation.TextOf("id")}");
            return ExitCode.Pending;
        }

        var took = operation.TimeOf("finishedAt") - operation.TimeOf("createdAt");
        var time = took is { } t ? $" ({Words.Took(t)})" : "";
        if (good.Contains(state, StringComparer.Ordinal))
        {
            report.Say(style.Good($"{whenDone}.") + style.Faint(time));
            return ExitCode.Done;
        }

        report.Say(style.Bad($"{Words.Of(operation.TextOf("workflow"))} of {operation.TextOf("subject")} ended as {Words.Of(state)}.") + style.Faint(time));
        report.Say(operation.TextOf("error"));
        if (state == "needs_operator")
        {
            report.Say($"When the cause is gone: ctl operations retry {operation.TextOf("id")}; or give it up: ctl operations cancel {operation.TextOf("id")}");
        }

        return ExitCode.Failed;
    }

    private static string Expectation(JsonElement accepted) => accepted.Has("expectedSeconds")
        ? $", which takes about {Words.Took(TimeSpan.FromSeconds(accepted.GetProperty("expectedSeconds").GetDouble()))}"
        : "";
}
