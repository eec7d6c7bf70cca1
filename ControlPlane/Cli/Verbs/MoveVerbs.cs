using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl tenants move …</c></summary>
internal static class MoveVerbs
{
    public static IEnumerable<Verb> Create(CliConsole console, Argument<string> slug) => [Tier(console, slug), Move(console, slug), Back(console, slug), End(console, slug)];

    /// <summary>Of a customer's latest move.</summary>
    public static string Summary(JsonElement move, Style style)
    {
        var parts = new List<string> { $"from {move.TextOf("from")} to {move.TextOf("to")}, {style.State(move.TextOf("state"))}" };
        var isDump = move.TextOf("mode") == "dump";
        if (move.Has("blockedMilliseconds"))
        {
            var blocked = move.GetProperty("blockedMilliseconds").GetDouble();
            parts.Add(isDump
                ? string.Create(CultureInfo.InvariantCulture, $"it rested for {blocked / 1000:0.0} s")
                : string.Create(CultureInfo.InvariantCulture, $"nobody could write for {blocked:0.0} ms"));
        }

        if (move.Has("verifiedRows"))
        {
            parts.Add(move.Has("difference") ? $"rows differ: {move.TextOf("difference")}" : $"all {move.TextOf("verifiedRows")} rows compared");
        }

        if (move.TextOf("state") == "soaking")
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{(isDump ? "the old place is kept" : "it can go back")} until {move.TimeOf("soakUntil"):yyyy-MM-dd HH:mm} UTC"));
        }

        return string.Join("; ", parts);
    }

    private static Verb Tier(CliConsole console, Argument<string> slug)
    {
        var tier = new Argument<string>("tier") { Description = "A server of its own, or a place on a shared one." };
        tier.AcceptOnlyFromAmong("shared", "dedicated");
        var dump = Dump();
        var plan = new Option<bool>("--plan") { Description = "Only say what it would take and cost, and what speaks against it." };
        return new Verb(
            "tier",
            "Gives a customer a server of its own, or a place on a shared one, and moves it there while it works.",
            "ctl tenants tier acme dedicated --plan",
            "ctl tenants tier acme dedicated --wait")
            .With(slug, tier, plan, dump, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                if (call.Get(plan))
                {
                    return await PlanAsync(call, "tier-plan", ("tier", call.Parsed.GetValue(tier)), slug, dump, ct);
                }

                var accepted = await call.Api.PostAsync($"/v1/tenants/{call.Path(slug)}/tier", new() { ["tier"] = call.Parsed.GetValue(tier), ["dump"] = call.Get(dump) }, ct);
                return await OperationEnd.OfAsync(call, accepted, $"{call.Parsed.GetValue(slug)} is {call.Parsed.GetValue(tier)}", ct);
            });
    }

    private static Verb Move(CliConsole console, Argument<string> slug)
    {
        var to = new Option<string>("--to") { Description = "The server; see: ctl servers list", Required = true, HelpName = "SERVER" };
        var dump = Dump();
        var plan = new Option<bool>("--plan") { Description = "Only say what it would take, and what speaks against it." };
        return new Verb(
            "move",
            "Moves a customer's database to another server while the customer works. Its requests wait for a moment; none fails, and no row is lost. For a day it can go back without a copy.",
            "ctl tenants move acme --to shared-2 --plan",
            "ctl tenants move acme --to shared-2 --wait",
            "ctl tenants move acme --to shared-2 --dump --wait")
            .With(slug, to, plan, dump, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                if (call.Get(plan))
                {
                    return await PlanAsync(call, "move-plan", ("server", call.Get(to)), slug, dump, ct);
                }

                var accepted = await call.Api.PostAsync($"/v1/tenants/{call.Path(slug)}/move", new() { ["server"] = call.Get(to), ["dump"] = call.Get(dump) }, ct);
                return await OperationEnd.OfAsync(call, accepted, $"{call.Parsed.GetValue(slug)} lives on {call.Get(to)}", ct);
            });
    }

    private static Option<bool> Dump() => new("--dump")
    {
        Description = "For what replication cannot carry: by dump and restore, while the customer is away behind a page that says until when. No way back without another copy.",
    };

    private static async Task<int> PlanAsync(Verb.Call call, string plan, (string Name, string? Value) where, Argument<string> slug, Option<bool> dump, CancellationToken ct)
    {
        var answer = await call.Api.GetAsync(Shared.Query($"/v1/tenants/{call.Path(slug)}/{plan}", where, ("dump", call.Get(dump) ? "true" : null)), ct);
        if (call.Report.IsJson)
        {
            call.Report.Json(answer);
            return answer.GetProperty("isRefused").GetBoolean() ? ExitCode.Failed : ExitCode.Done;
        }

        var isDump = answer.TextOf("mode") == "dump";
        var (hold, soak) = (answer.GetProperty("holdMilliseconds").GetDouble(), answer.GetProperty("soakHours").GetDouble());
        call.Report.Details([
            ("from", answer.TextOf("from")),
            ("to", answer.GetProperty("makesMachine").GetBoolean() ? $"{answer.TextOf("to")}, which is made first" : answer.TextOf("to")),
            ("how", isDump ? "by a dump, while the customer is away; ask for it with --dump" : "by replication, while the customer works"),
            ("size", string.Create(CultureInfo.InvariantCulture, $"{answer.GetProperty("bytes").GetInt64() / 1e6:0.#} MB")),
            ("preparation", string.Create(CultureInfo.InvariantCulture, $"about {answer.GetProperty("preparationSeconds").GetDouble():0} s")),
            isDump ? ("away", string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(hold / 1000):0} s")) : ("requests wait", string.Create(CultureInfo.InvariantCulture, $"about {hold:0} ms")),
            ("way back", string.Create(CultureInfo.InvariantCulture, $"{(isDump ? "none; the old place is kept" : "open")} for {soak:0.#} h")),
            ("price now", Price(answer, "priceNow") + (answer.Has("priceNow") ? $", until the {(isDump ? "old place is dropped" : "way back is closed")}" : "")),
            ("price after", Price(answer, "priceAfter")),
            .. answer.GetProperty("backups").EnumerateArray().Select((b, i) => (i == 0 ? "backups" : "", b.GetString()!))]);
        call.Report.Table(
            ["verdict", "what", "advice"],
            [.. answer.GetProperty("findings").EnumerateArray().Select(f => new[] { f.TextOf("verdict"), f.TextOf("detail"), f.TextOf("advice") })],
            "Nothing needs attention.");
        return answer.GetProperty("isRefused").GetBoolean() ? ExitCode.Failed : ExitCode.Done;
    }

    private static string Price(JsonElement answer, string member) => answer.Has(member)
        ? string.Create(CultureInfo.InvariantCulture, $"{answer.GetProperty(member).GetProperty("monthly").GetDecimal():0.00} {answer.GetProperty(member).TextOf("currency")} a month, without VAT")
        : "nothing of its own";

    private static Verb Back(CliConsole console, Argument<string> slug) =>
        new Verb("move-back", "Brings a customer back to where it lived before its move, with all that it has written since. Takes a moment, and no copy.", "ctl tenants move-back acme --wait")
            .With(slug, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
                await OperationEnd.OfAsync(call, await call.Api.PostAsync($"/v1/tenants/{call.Path(slug)}/move-back", null, ct), $"{call.Parsed.GetValue(slug)} lives where it lived before", ct));

    private static Verb End(CliConsole console, Argument<string> slug) =>
        new Verb("move-end", "Gives up the way back of a customer's move before its time, and drops the place that it left.", "ctl tenants move-end acme --yes --wait")
            .With(slug, Shared.Yes, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                Shared.Confirm(call, $"Drop the place that {call.Parsed.GetValue(slug)} has left? It cannot go back then.");
                return await OperationEnd.OfAsync(call, await call.Api.PostAsync($"/v1/tenants/{call.Path(slug)}/move-end", null, ct), $"the move of {call.Parsed.GetValue(slug)} is done for good", ct);
            });
}
