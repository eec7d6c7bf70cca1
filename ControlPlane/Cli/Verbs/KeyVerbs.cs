using System.CommandLine;
using System.Text.Json.Nodes;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl keys …</c></summary>
internal static class KeyVerbs
{
    private static readonly Argument<string> Name = new("name") { Description = "Whose key it is." };

    public static Command Create(CliConsole console) => new("keys", "API keys for people, programs and tenant applications.")
    {
        Make(console), List(console), Revoke(console),
    };

    private static Verb Make(CliConsole console)
    {
        var role = new Option<string>("--role") { Description = "What it may do.", Required = true };
        role.AcceptOnlyFromAmong("viewer", "operator", "billing", "admin", "runtime");
        var servers = new Option<string[]>("--server") { Description = "Of a runtime key: a server whose tenants it may serve; may be repeated. Without it, all.", HelpName = "SERVER" };
        var days = new Option<int?>("--days") { Description = "Days until it expires; without it, never.", HelpName = "N" };
        return new Verb(
            "create",
            "Makes an API key and prints it, this once.",
            "ctl keys create anna --role operator --days 90",
            "ctl keys create crm-shared-1 --role runtime --server shared-1 > crm.key")
            .With(Name, role, servers, days)
            .Does(console, async (call, ct) =>
            {
                var body = new JsonObject { ["name"] = call.Parsed.GetValue(Name), ["role"] = call.Get(role) };
                if (call.Get(servers) is { Length: > 0 } names)
                {
                    body["servers"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]);
                }

                if (call.Get(days) is { } count)
                {
                    body["expiresAt"] = TimeProvider.System.GetUtcNow().AddDays(count);
                }

                var made = await call.Api.PostAsync("/v1/keys", body, ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(made);
                    return ExitCode.Done;
                }

                // The key alone goes to standard output, so that it can be redirected into a file.
                await call.Console.Error.WriteLineAsync(call.Report.Style.Faint($"The key of {made.TextOf("name")} ({made.TextOf("role")}). It is not shown again:"));
                call.Report.Say(made.TextOf("key"));
                return ExitCode.Done;
            });
    }

    private static Verb List(CliConsole console)
    {
        var revoked = new Option<bool>("--revoked") { Description = "The revoked ones too." };
        return new Verb("list", "Lists API keys and when they were last used.", "ctl keys list")
            .With(revoked, Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                var now = TimeProvider.System.GetUtcNow();
                call.Report.List(
                    await call.Api.ListAsync(Shared.Query("/v1/keys", ("revoked", call.Get(revoked) ? "true" : null)), call.Get(Shared.Limit), ct),
                    ["name", "role", "begins with", "created", "by", "expires", "last used", "from"],
                    k =>
                    [
                        k.TextOf("name"), k.TextOf("role"), $"cp_{k.TextOf("prefix")}_", Words.Ago(k.TimeOf("createdAt"), now), k.TextOf("createdBy"),
                        k.Has("revokedAt") ? call.Report.Style.Bad("revoked") : Words.Ago(k.TimeOf("expiresAt"), now), Words.Ago(k.TimeOf("lastUsedAt"), now), k.TextOf("lastUsedFrom"),
                    ],
                    "No keys.");
                return ExitCode.Done;
            });
    }

    private static Verb Revoke(CliConsole console) =>
        new Verb("revoke", "Ends a key for good, everywhere within two seconds.", "ctl keys revoke anna")
            .With(Name, Shared.Yes)
            .Does(console, async (call, ct) =>
            {
                Shared.Confirm(call, $"End the key of {call.Parsed.GetValue(Name)} for good?");
                await call.Api.PostAsync($"/v1/keys/{call.Path(Name)}/revoke", null, ct);
                call.Report.Say(call.Report.Style.Good($"The key of {call.Parsed.GetValue(Name)} is revoked."));
                return ExitCode.Done;
            });
}
