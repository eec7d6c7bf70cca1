using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl tenants …</c></summary>
internal static class TenantVerbs
{
    private static readonly Argument<string> Slug = new("slug") { Description = "The customer's name in host names." };

    public static Command Create(CliConsole console)
    {
        var tenants = new Command("tenants", "Customers, each with a database of its own.")
        {
            Onboard(console), List(console), Show(console), Usage(console), Suspend(console), Resume(console), ChangePlan(console), ChangeRing(console), Delete(console), Restore(console), DomainVerbs.Create(console),
        };
        foreach (var verb in MoveVerbs.Create(console, Slug))
        {
            tenants.Add(verb);
        }

        return tenants;
    }

    private static Verb Onboard(CliConsole console)
    {
        var plan = new Option<string>("--plan") { Description = "Its plan; see: ctl plans list", Required = true, HelpName = "PLAN" };
        var tier = new Option<string>("--tier") { Description = "A place on a shared server, or a server of its own.", DefaultValueFactory = _ => "shared" };
        tier.AcceptOnlyFromAmong("shared", "dedicated");
        var region = Shared.Text("--region", "Where; may be left out when there is only one.", "REGION");
        var ring = new Option<int?>("--ring") { Description = "When its turn comes as something new goes over the fleet: ring 0 before ring 1, in which most are.", HelpName = "N" };
        var domains = new Option<string[]>("--domain") { Description = "A host name of its own; may be repeated. How it stands: ctl tenants domains list SLUG", HelpName = "DOMAIN" };
        return new Verb(
            "create",
            "Onboards a customer: a database, a schema and a route, and then it is open.",
            "ctl tenants create acme --plan starter --wait",
            "ctl tenants create globex --plan enterprise --domain crm.globex.com --json")
            .With(Slug, plan, tier, region, ring, domains, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var body = new JsonObject
                {
                    ["slug"] = call.Parsed.GetValue(Slug),
                    ["plan"] = call.Get(plan),
                    ["tier"] = call.Get(tier),
                    ["region"] = call.Get(region),
                    ["domains"] = new JsonArray([.. (call.Get(domains) ?? []).Select(d => JsonValue.Create(d))]),
                };
                if (call.Get(ring) is { } number)
                {
                    body["ring"] = number;
                }

                var accepted = await call.Api.PostAsync("/v1/tenants", body, ct);
                return await OperationEnd.OfAsync(call, accepted, $"{accepted.TextOf("slug")} is open at {accepted.TextOf("url")}", ct);
            });
    }

    private static Verb List(CliConsole console)
    {
        var search = Shared.Text("--search", "Part of the slug.", "TEXT");
        var state = Shared.Text("--state", "Only those in this state.", "STATE");
        state.AcceptOnlyFromAmong("onboarding", "active", "suspended", "deleted", "purged");
        var plan = Shared.Text("--plan", "Only those on this plan.", "PLAN");
        var server = Shared.Text("--server", "Only those on this server.", "SERVER");
        return new Verb("list", "Lists customers by slug.", "ctl tenants list", "ctl tenants list --state suspended --json")
            .With(search, state, plan, server, Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                var path = Shared.Query("/v1/tenants", ("search", call.Get(search)), ("state", call.Get(state)), ("plan", call.Get(plan)), ("server", call.Get(server)));
                call.Report.List(
                    await call.Api.ListAsync(path, call.Get(Shared.Limit), ct),
                    ["slug", "state", "plan", "tier", "ring", "server", "schema", "created"],
                    t => [t.TextOf("slug"), call.Report.Style.State(t.TextOf("state")), t.TextOf("plan"), t.TextOf("tier"), t.TextOf("ring"), t.TextOf("server"), t.TextOf("schemaVersion"), Words.Ago(t.TimeOf("createdAt"), TimeProvider.System.GetUtcNow())],
                    "No tenants. Make one with: ctl tenants create SLUG --plan starter --wait");
                return ExitCode.Done;
            });
    }

    private static Verb Show(CliConsole console) =>
        new Verb("show", "Shows one customer, its limits and its latest operation.", "ctl tenants show acme")
            .With(Slug)
            .Does(console, async (call, ct) =>
            {
                var answer = await call.Api.GetAsync($"/v1/tenants/{call.Path(Slug)}", ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(answer);
                }
                else
                {
                    Describe(call.Report, answer);
                }

                return ExitCode.Done;
            });

    private static void Describe(Report report, JsonElement answer)
    {
        var (tenant, plan, now) = (answer.GetProperty("tenant"), answer.GetProperty("plan"), TimeProvider.System.GetUtcNow());
        var operation = answer.GetProperty("operation");
        report.Details(
            ("slug", report.Style.Strong(tenant.TextOf("slug"))),
            ("state", report.Style.State(tenant.TextOf("state")) + (tenant.Has("suspendedBecause") ? $" ({tenant.TextOf("suspendedBecause")})" : "")),
            ("warnings", tenant.TextOf("warnings")),
            ("address", answer.TextOf("url")),
            ("domains", tenant.TextOf("domains")),
            ("their DNS", answer.Has("domainChange") ? $"{DomainVerbs.Change(answer.GetProperty("domainChange"))}; see: ctl tenants domains list {tenant.TextOf("slug")}" : ""),
            ("plan", PlanVerbs.Summary(plan)),
            ("place", string.Join(", ", new[] { tenant.TextOf("tier"), tenant.TextOf("region"), tenant.TextOf("server") }.Where(p => p.Length > 0))),
            ("ring", tenant.TextOf("ring")),
            ("latest move", answer.Has("move") ? MoveVerbs.Summary(answer.GetProperty("move"), report.Style) : ""),
            ("database", tenant.TextOf("database") + (tenant.Has("bytes") ? $", {tenant.GetProperty("bytes").GetInt64() / 1_000_000} MB" : "")),
            ("schema", tenant.TextOf("schemaVersion")),
            ("created", Words.Ago(tenant.TimeOf("createdAt"), now)),
            ("gone for good", tenant.Has("purgeAt") ? Words.Ago(tenant.TimeOf("purgeAt"), now) : ""),
            ("latest work", operation.ValueKind == JsonValueKind.Null ? "" : $"{Words.Of(operation.TextOf("workflow"))}, {report.Style.State(operation.TextOf("state"))}, {Words.Ago(operation.TimeOf("createdAt"), now)} ({operation.TextOf("id")})"),
            ("error", operation.ValueKind == JsonValueKind.Null ? "" : operation.TextOf("error")));
    }

    private static Verb Usage(CliConsole console)
    {
        var hours = new Option<int>("--hours") { Description = "How many hours to look back.", DefaultValueFactory = _ => 24, HelpName = "N" };
        return new Verb("usage", "Shows a customer's requests, hour by hour.", "ctl tenants usage acme --hours 72")
            .With(Slug, hours)
            .Does(console, async (call, ct) =>
            {
                var path = Shared.Query($"/v1/tenants/{call.Path(Slug)}/usage", ("hours", call.Get(hours).ToString(CultureInfo.InvariantCulture)));
                var answer = await call.Api.GetAsync(path, ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(answer);
                    return ExitCode.Done;
                }

                var allowed = answer.Has("requestsPerHour") ? answer.TextOf("requestsPerHour") : "no limit";
                call.Report.Table(
                    ["hour (UTC)", "requests", "allowed"],
                    [.. answer.GetProperty("items").EnumerateArray().Select(i => new[] { $"{i.TimeOf("hour"):yyyy-MM-dd HH:mm}", i.TextOf("requests"), allowed })],
                    "No requests in that time.");
                return ExitCode.Done;
            });
    }

    private static Verb Suspend(CliConsole console)
    {
        var because = new Option<string>("--because") { Description = "Why, for people who look at the tenant.", DefaultValueFactory = _ => "on request", HelpName = "TEXT" };
        return new Verb("suspend", "Answers a customer's requests with 403; its data is kept.", "ctl tenants suspend acme --because \"unpaid invoice 1017\"")
            .With(Slug, because)
            .Does(console, (call, ct) => ChangeAsync(call, "suspend", new() { ["because"] = call.Get(because) }, "is suspended", ct));
    }

    private static Verb Resume(CliConsole console) =>
        new Verb("resume", "Opens a suspended customer again.", "ctl tenants resume acme")
            .With(Slug)
            .Does(console, (call, ct) => ChangeAsync(call, "resume", null, "is open again", ct));

    private static Verb ChangePlan(CliConsole console)
    {
        var plan = new Argument<string>("plan") { Description = "The new plan; see: ctl plans list" };
        var force = new Option<bool>("--force") { Description = "Even where its data outgrows the plan. Not for the role billing." };
        return new Verb("plan", "Puts a customer on another plan.", "ctl tenants plan acme professional", "ctl tenants plan acme starter --force")
            .With(Slug, plan, force)
            .Does(console, (call, ct) => ChangeAsync(
                call, "plan", new() { ["plan"] = call.Parsed.GetValue(plan), ["force"] = call.Get(force) }, $"is on plan {call.Parsed.GetValue(plan)}", ct));
    }

    private static Verb ChangeRing(CliConsole console)
    {
        var ring = new Argument<int>("ring") { Description = "0 to 99; most are in 1." };
        return new Verb(
            "ring",
            "Says when a customer's turn comes as something new goes over the fleet. The lowest ring goes first, and the rest only when that went well.",
            "ctl tenants ring acme 0")
            .With(Slug, ring)
            .Does(console, (call, ct) => ChangeAsync(call, "ring", new() { ["ring"] = call.Parsed.GetValue(ring) }, $"is in ring {call.Parsed.GetValue(ring)}", ct));
    }

    private static Verb Delete(CliConsole console)
    {
        var grace = new Option<int>("--grace") { Description = "Hours in which it can be restored.", DefaultValueFactory = _ => 7 * 24, HelpName = "HOURS" };
        return new Verb(
            "delete",
            "Closes a customer at once, keeps a last dump, and removes everything when the grace time ends.",
            "ctl tenants delete acme --wait",
            "ctl tenants delete acme --grace 1 --yes")
            .With(Slug, grace, Shared.Yes, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var (slug, hours) = (call.Parsed.GetValue(Slug)!, call.Get(grace).ToString(CultureInfo.InvariantCulture));
                Shared.Confirm(call, $"Close {slug} now and remove its data in {hours} hours?");
                var accepted = await call.Api.DeleteAsync(Shared.Query($"/v1/tenants/{call.Path(Slug)}", ("graceHours", hours)), ct);
                return await OperationEnd.OfAsync(call, accepted, $"{slug} is closed and can be restored for {hours} hours", ct);
            });
    }

    private static Verb Restore(CliConsole console)
    {
        var fromDump = new Option<bool>("--from-dump") { Description = "From the last dump into a new database, instead of the old database as it stands." };
        return new Verb("restore", "Brings a deleted customer back while its grace time lasts.", "ctl tenants restore acme --wait")
            .With(Slug, fromDump, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var accepted = await call.Api.PostAsync($"/v1/tenants/{call.Path(Slug)}/restore", new() { ["fromDump"] = call.Get(fromDump) }, ct);
                return await OperationEnd.OfAsync(call, accepted, $"{call.Parsed.GetValue(Slug)} is back", ct);
            });
    }

    private static async Task<int> ChangeAsync(Verb.Call call, string verb, JsonObject? body, string outcome, CancellationToken ct)
    {
        await call.Api.PostAsync($"/v1/tenants/{call.Path(Slug)}/{verb}", body, ct);
        if (call.Report.IsJson)
        {
            call.Report.Json(await call.Api.GetAsync($"/v1/tenants/{call.Path(Slug)}", ct));
        }

        call.Report.Say(call.Report.Style.Good($"{call.Parsed.GetValue(Slug)} {outcome}."));
        return ExitCode.Done;
    }
}
