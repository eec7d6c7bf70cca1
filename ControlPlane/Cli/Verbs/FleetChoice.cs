using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ControlPlane.Cli.Verbs;

/// <summary>The options that say which databases a verb of <c>ctl migrations</c> goes over, and how.</summary>
internal static class FleetChoice
{
    public static Option<string[]> Tenants { get; } = new("--tenants") { Description = "Only these.", HelpName = "SLUG", AllowMultipleArgumentsPerToken = true };

    public static Option<string?> Server { get; } = Shared.Text("--server", "Only databases on this one.", "NAME");

    public static Option<int[]> Rings { get; } = new("--ring") { Description = "Only customers of these rings.", HelpName = "N", AllowMultipleArgumentsPerToken = true };

    public static Option<string?> To { get; } = Shared.Text("--to", "Last version that counts.", "VERSION");

    public static Option<bool> DryRun { get; } = new("--dry-run") { Description = "Show what would be done, and change nothing. Exit 3 when there is something to do." };

    private static Option<int?> Parallel { get; } = new("--parallel") { Description = "Databases at once in all.", HelpName = "N" };

    private static Option<int?> PerServer { get; } = new("--per-server") { Description = "Databases at once on one server.", HelpName = "N" };

    private static Option<string?> MaxFailures { get; } = Shared.Text(
        "--max-failures",
        "How many databases may fail before the run stops: 5 or 2%. Without it: none of the canaries, then 3 or 1 %, whichever is more. Canaries are the customers of the lowest ring; where all are of one ring, the three smallest.",
        "N|P%");

    private static Option<int?> LockTimeout { get; } = new("--lock-timeout") { Description = "How long a statement first waits for a lock, in milliseconds.", HelpName = "MS" };

    /// <summary>Which databases.</summary>
    public static Verb Choosing(this Verb verb) => verb.With(Tenants, Server, Rings);

    /// <summary>Which databases, and how many at once.</summary>
    public static Verb Looking(this Verb verb) => verb.Choosing().With(Parallel, PerServer);

    /// <summary>Which databases, how many at once, and when to stop.</summary>
    public static Verb Changing(this Verb verb) => verb.Looking().With(MaxFailures, LockTimeout);

    /// <summary>A body with all of them that are given.</summary>
    public static JsonObject Body(Verb.Call call)
    {
        var body = new JsonObject();
        if (call.Get(Tenants) is { Length: > 0 } tenants)
        {
            body["tenants"] = new JsonArray([.. tenants.Select(t => JsonValue.Create(t))]);
        }

        if (call.Get(Rings) is { Length: > 0 } rings)
        {
            body["rings"] = new JsonArray([.. rings.Select(r => JsonValue.Create(r))]);
        }

        Shared.Add(body, "server", call.Get(Server));
        Shared.Add(body, "parallel", call.Get(Parallel));
        Shared.Add(body, "perServer", call.Get(PerServer));
        Shared.Add(body, "maxFailures", call.Get(MaxFailures));
        Shared.Add(body, "lockTimeout", call.Get(LockTimeout));
        Shared.Add(body, "to", call.Get(To));
        return body;
    }

    /// <summary>A path with those of them that choose databases, and further parameters.</summary>
    public static string Path(Verb.Call call, string path, params ReadOnlySpan<(string Name, string? Value)> others) => Shared.Query(
        path,
        [
            .. (call.Get(Tenants) ?? []).Select(t => ("tenants", (string?)t)),
            .. (call.Get(Rings) ?? []).Select(r => ("rings", (string?)r.ToString(CultureInfo.InvariantCulture))),
            ("server", call.Get(Server)),
            .. others,
        ]);
}
