using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl tenants domains …</c></summary>
internal static class DomainVerbs
{
    private static readonly Argument<string> Slug = new("slug") { Description = "The customer." };
    private static readonly Argument<string> Name = new("name") { Description = "The host name, such as crm.globex.com; international names as people write them." };

    public static Command Create(CliConsole console) => new("domains", "Host names of a customer's own, each with a certificate.") { Add(console), Remove(console), List(console) };

    private static Verb Add(CliConsole console) =>
        new Verb(
            "add",
            """
            Serves a customer under a host name of its own. It says which DNS record to set, and waits up to 72 hours until the name
            leads here; then it obtains a certificate, has the customer's server show it, and opens the name. It can be cancelled
            at any time by removing the name.
            """,
            "ctl tenants domains add globex crm.globex.com --wait",
            "ctl tenants domains add globex crm.globex.com --json")
            .With(Slug, Name, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var added = await call.Api.PostAsync($"/v1/tenants/{call.Path(Slug)}/domains", new() { ["name"] = call.Parsed.GetValue(Name) }, ct);
                if (Records(added) is { Length: > 0 } records)
                {
                    call.Report.Say($"Its DNS must say: {records}");
                }

                return await OperationEnd.OfAsync(call, added, $"{call.Parsed.GetValue(Slug)} is served at {added.TextOf("name")}", ct);
            });

    private static Verb Remove(CliConsole console) =>
        new Verb(
            "remove",
            "Gives a host name up: it is no longer served, and its certificate is forgotten. One that still waits for its DNS is cancelled.",
            "ctl tenants domains remove globex crm.globex.com --wait")
            .With(Slug, Name, Shared.Yes, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var (slug, name) = (call.Parsed.GetValue(Slug), call.Parsed.GetValue(Name));
                Shared.Confirm(call, $"Stop serving {slug} at {name}?");
                var accepted = await call.Api.DeleteAsync($"/v1/tenants/{call.Path(Slug)}/domains/{call.Path(Name)}", ct);

                // An addition that is cancelled ends as undone, which is what was wanted.
                return await OperationEnd.OfAsync(call, accepted, $"{slug} is not served at {name}", ct, "done", "undone");
            });

    private static Verb List(CliConsole console) =>
        new Verb("list", "Lists a customer's host names: what to set in DNS, how long the certificate is good, what each waits for.", "ctl tenants domains list globex")
            .With(Slug, Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                var now = TimeProvider.System.GetUtcNow();
                call.Report.List(
                    await call.Api.ListAsync($"/v1/tenants/{call.Path(Slug)}/domains", call.Get(Shared.Limit), ct),
                    ["name", "state", "DNS", "certificate ends", "waits for", "last error"],
                    d => [d.TextOf("name"), call.Report.Style.State(d.TextOf("state")), d.Has("change") ? $"{Records(d)} ({Change(d.GetProperty("change"))})" : Records(d), d.Has("certificateUntil") ? Words.Ago(d.TimeOf("certificateUntil"), now) : "", d.TextOf("status"), call.Report.Style.Bad(d.TextOf("lastError"))],
                    $"No host names of its own. Add one with: ctl tenants domains add {call.Parsed.GetValue(Slug)} NAME --wait");
                return ExitCode.Done;
            });

    /// <summary>What has changed since its customer moved.</summary>
    public static string Change(JsonElement change) =>
        (change.Has("to") ? $"{change.TextOf("to")} instead of {change.TextOf("from")}" : $"no longer {change.TextOf("from")}")
        + (change.Has("until") ? string.Create(CultureInfo.InvariantCulture, $", which answers until {change.TimeOf("until"):yyyy-MM-dd HH:mm} UTC") : "");

    private static string Records(JsonElement of) =>
        string.Join(", or ", of.GetProperty("records").EnumerateArray().Select(r => $"{r.TextOf("type")} {r.TextOf("name")} -> {r.TextOf("value")}"));
}
