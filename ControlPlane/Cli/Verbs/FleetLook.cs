using System.Text.Json.Nodes;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary>Work on the fleet that only looks: it runs to the end, then tells of each database that is not well.</summary>
internal static class FleetLook
{
    /// <summary>What each state means, the worst first.</summary>
    private static readonly (string State, int Code)[] Meanings =
    [
        ("drifted", ExitCode.Drifted), ("failed", ExitCode.Failed), ("unreachable", ExitCode.Failed), ("locked", ExitCode.Failed),
        ("behind", ExitCode.Pending), ("pending", ExitCode.Pending),
    ];

    /// <summary>Begins the work and follows it; the worst state of a database gives the exit code.</summary>
    public static async Task<int> GoAsync(Verb.Call call, string verb, string work, JsonObject body, string whenDone, CancellationToken ct)
    {
        var operation = (await call.Api.PostAsync($"/v1/migrations/{verb}", body, ct)).TextOf("operation");
        var shown = await call.Follower.FollowAsync(operation, call.Get(OperationEnd.Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, ct);
        var code = OperationEnd.Conclude(call.Report, shown, whenDone, "done");
        if (code != ExitCode.Done)
        {
            return code;
        }

        var worst = new List<(string State, int Code)>();
        foreach (var meaning in Meanings)
        {
            if ((await call.Api.ListAsync(PathOf(call, work, meaning.State, operation), 1, ct)).Items.Count > 0)
            {
                worst.Add(meaning);
            }
        }

        foreach (var (state, _) in worst)
        {
            await ListAsync(call, PathOf(call, work, state, operation), 100, ct);
        }

        if (worst.Count == 0 && call.Report.IsJson)
        {
            call.Report.Json(shown);
        }

        return worst.Count == 0 ? ExitCode.Done : worst[0].Code;
    }

    /// <summary>Where to read how each database stands.</summary>
    public static string PathOf(Verb.Call call, string work, string? state, string? operation = null) =>
        FleetChoice.Path(call, "/v1/migrations/databases", ("work", work), ("state", state), ("operation", operation));

    public static async Task ListAsync(Verb.Call call, string path, int limit, CancellationToken ct) =>
        call.Report.List(
            await call.Api.ListAsync(path, limit, ct),
            ["tenant", "server", "state", "version", "attempts", "note"],
            d => [d.TextOf("tenant"), d.TextOf("server"), call.Report.Style.State(d.TextOf("state")), d.TextOf("version"), d.TextOf("attempts"), d.Has("error") ? d.TextOf("error") : d.TextOf("differences")],
            "No database.");
}
