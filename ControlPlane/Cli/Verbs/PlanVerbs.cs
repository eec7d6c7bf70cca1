using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl plans …</c></summary>
internal static class PlanVerbs
{
    private const string Unlimited = "unlimited";
    private static readonly Argument<string> Name = new("name") { Description = "The plan's name." };

    public static Command Create(CliConsole console) => new("plans", "What a customer may use and what it pays.")
    {
        List(console), Show(console), Edit(console),
    };

    /// <summary>A plan in one line.</summary>
    public static string Summary(JsonElement plan) =>
        $"{plan.TextOf("title")}: {Limit(plan, "users")} users, {Limit(plan, "storageMegabytes", "MB")} storage, {Limit(plan, "requestsPerHour")} requests/hour, {plan.TextOf("connections")} connections";

    private static Verb List(CliConsole console) =>
        new Verb("list", "Lists plans, the cheapest first.", "ctl plans list")
            .Does(console, async (call, ct) =>
            {
                var plans = (await call.Api.GetAsync("/v1/plans", ct)).GetProperty("items").EnumerateArray().ToList();
                call.Report.List(
                    (plans, More: false),
                    ["name", "title", "users", "storage", "requests/hour", "connections", "price"],
                    p => [p.TextOf("name"), p.TextOf("title"), Limit(p, "users"), Limit(p, "storageMegabytes", "MB"), Limit(p, "requestsPerHour"), p.TextOf("connections"), Price(p)],
                    "No plans.");
                return ExitCode.Done;
            });

    private static Verb Show(CliConsole console) =>
        new Verb("show", "Shows one plan.", "ctl plans show starter")
            .With(Name)
            .Does(console, async (call, ct) =>
            {
                Describe(call.Report, await call.Api.GetAsync($"/v1/plans/{call.Path(Name)}", ct));
                return ExitCode.Done;
            });

    private static Verb Edit(CliConsole console)
    {
        var title = Shared.Text("--title", "Its name for people.", "TEXT");
        var users = Shared.Text("--users", $"How many, or '{Unlimited}'.", "N");
        var storage = Shared.Text("--storage", $"MB of data, or '{Unlimited}'.", "MB");
        var requests = Shared.Text("--requests", $"Requests per hour, or '{Unlimited}'.", "N");
        var connections = Shared.Text("--connections", "Database connections at once.", "N");
        var price = Shared.Text("--price", "Per month.", "AMOUNT");
        return new Verb("edit", "Changes what is given and leaves the rest.", "ctl plans edit starter --users 30 --price 31.50", $"ctl plans edit enterprise --storage {Unlimited}")
            .With(Name, title, users, storage, requests, connections, price)
            .Does(console, async (call, ct) =>
            {
                var path = $"/v1/plans/{call.Path(Name)}";
                var plan = JsonObject.Create(await call.Api.GetAsync(path, ct))!;
                plan.Remove("name");
                if (call.Get(title) is { } text)
                {
                    plan["title"] = text;
                }

                foreach (var (member, option) in new[] { ("users", users), ("storageMegabytes", storage), ("requestsPerHour", requests), ("connections", connections) })
                {
                    if (call.Get(option) is { } given)
                    {
                        plan[member] = given == Unlimited ? null : Number(option.Name, given, 1);
                    }
                }

                if (call.Get(price) is { } amount)
                {
                    plan["priceCents"] = Number(price.Name, amount, 100);
                }

                Describe(call.Report, await call.Api.PutAsync(path, plan, ct));
                return ExitCode.Done;
            });
    }

    private static int Number(string option, string text, int factor) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && number * factor == decimal.Truncate(number * factor) && Math.Abs(number) <= int.MaxValue / factor
            ? (int)(number * factor)
            : throw new CliException($"{option} is '{text}', which is no such number.", "Write it with digits, such as 30 or 31.50.", ExitCode.Usage);

    private static void Describe(Report report, JsonElement plan)
    {
        if (report.IsJson)
        {
            report.Json(plan);
            return;
        }

        report.Details(
            ("name", report.Style.Strong(plan.TextOf("name"))),
            ("title", plan.TextOf("title")),
            ("users", Limit(plan, "users")),
            ("storage", Limit(plan, "storageMegabytes", "MB")),
            ("requests/hour", Limit(plan, "requestsPerHour")),
            ("connections", plan.TextOf("connections")),
            ("price", Price(plan)));
    }

    private static string Limit(JsonElement plan, string member, string unit = "") =>
        plan.Has(member) ? $"{plan.TextOf(member)} {unit}".TrimEnd() : Unlimited;

    private static string Price(JsonElement plan) =>
        string.Create(CultureInfo.InvariantCulture, $"{plan.GetProperty("priceCents").GetInt32() / 100m:0.00} {plan.TextOf("currency")}");
}
