using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl servers …</c></summary>
internal static class ServerVerbs
{
    private static readonly Argument<string> Name = new("name") { Description = "The server's name." };

    public static Command Create(CliConsole console) => new("servers", "Machines that run PostgreSQL for customers.")
    {
        List(console), Show(console), MachineVerbs.Offers(console), MachineVerbs.Provision(console), MachineVerbs.Configure(console), MachineVerbs.Remove(console), MachineVerbs.Image(console), MachineVerbs.Inventory(console), MachineVerbs.Discard(console), Add(console), Cordon(console), Uncordon(console), Drain(console), Reconcile(console), BootstrapVerb.Create(console),
    };

    private static Verb List(CliConsole console) =>
        new Verb("list", "Lists servers and how full they are.", "ctl servers list")
            .With(Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                call.Report.List(
                    await call.Api.ListAsync("/v1/servers", call.Get(Shared.Limit), ct),
                    ["name", "state", "tier", "region", "databases", "warm", "connections", "address", "seen"],
                    s =>
                    [
                        s.TextOf("name"), call.Report.Style.State(s.TextOf("state")), s.TextOf("tier"), s.TextOf("region"), $"{s.TextOf("databases")}/{s.TextOf("maxDatabases")}",
                        $"{s.TextOf("warm")}/{s.TextOf("warmTarget")}", Used(s, "usedConnections", "maxConnections"), $"{s.TextOf("host")}:{s.TextOf("port")}", Words.Ago(s.TimeOf("seenAt"), TimeProvider.System.GetUtcNow()),
                    ],
                    "No servers. Add one with: ctl servers add NAME --region REGION");
                return ExitCode.Done;
            });

    private static Verb Show(CliConsole console) =>
        new Verb("show", "Shows one server and what is wrong with it.", "ctl servers show local-1")
            .With(Name)
            .Does(console, async (call, ct) =>
            {
                var answer = await call.Api.GetAsync($"/v1/servers/{call.Path(Name)}", ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(answer);
                    return ExitCode.Done;
                }

                var server = answer.GetProperty("server");
                call.Report.Details(
                    ("name", call.Report.Style.Strong(server.TextOf("name"))),
                    ("state", call.Report.Style.State(server.TextOf("state"))),
                    ("place", $"{server.TextOf("tier")}, {server.TextOf("region")}"),
                    ("address", $"{server.TextOf("host")}:{server.TextOf("port")}"),
                    ("databases", $"{server.TextOf("databases")} of {server.TextOf("maxDatabases")}"),
                    ("warm", $"{server.TextOf("warm")} of {server.TextOf("warmTarget")}"),
                    ("connections", Used(server, "usedConnections", "maxConnections")),
                    ("data", server.Has("dataMegabytes") ? $"{server.TextOf("dataMegabytes")} MB{(server.Has("maxDataMegabytes") ? $" of {server.TextOf("maxDataMegabytes")} MB" : "")}" : ""),
                    ("machine", server.TextOf("serverType")),
                    ("costs", server.Has("priceMonthly") ? $"{server.TextOf("priceMonthly")} {server.TextOf("currency")} a month without VAT" : ""),
                    ("seen", Words.Ago(server.TimeOf("seenAt"), TimeProvider.System.GetUtcNow())));
                foreach (var finding in answer.GetProperty("findings").EnumerateArray())
                {
                    DoctorVerbs.Describe(call.Report, finding);
                }

                return ExitCode.Done;
            });

    private static Verb Add(CliConsole console)
    {
        var region = new Option<string>("--region") { Description = "Where it is.", Required = true, HelpName = "REGION" };
        var tier = new Option<string>("--tier") { Description = "For many customers, or for one.", DefaultValueFactory = _ => "shared" };
        tier.AcceptOnlyFromAmong("shared", "dedicated");
        var adminFile = Shared.Text("--admin-file", "File with the connection string of a superuser; without it, standard input is read.", "FILE");
        var databases = new Option<int?>("--databases") { Description = "How many databases it takes.", HelpName = "N" };
        var connections = new Option<int?>("--connections") { Description = "How many connections applications may hold to it.", HelpName = "N" };
        var warm = new Option<int?>("--warm") { Description = "How many empty databases it keeps ready.", HelpName = "N" };
        var data = new Option<int?>("--data") { Description = "How much data it takes, in MB.", HelpName = "MB" };
        return new Verb(
            "add",
            "Puts a PostgreSQL server into the fleet. Its superuser's connection string is a secret, so it is no argument: it is read from a file, from standard input, or asked for.",
            "ctl servers add shared-2 --region nbg1 --admin-file ./shared-2.conn",
            "pass show shared-2 | ctl servers add shared-2 --region nbg1")
            .With(Name, region, tier, adminFile, databases, connections, warm, data)
            .Does(console, async (call, ct) =>
            {
                var body = new JsonObject
                {
                    ["name"] = call.Parsed.GetValue(Name),
                    ["region"] = call.Get(region),
                    ["tier"] = call.Get(tier),
                    ["adminConnection"] = await SecretInput.ReadAsync(call.Console, call.Get(adminFile), "Connection string of its superuser", ct),
                };
                foreach (var (member, value) in new[] { ("maxDatabases", call.Get(databases)), ("maxConnections", call.Get(connections)), ("warmTarget", call.Get(warm)), ("maxDataMegabytes", call.Get(data)) })
                {
                    if (value is not null)
                    {
                        body[member] = value;
                    }
                }

                var server = await call.Api.PostAsync("/v1/servers", body, ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(server);
                }

                call.Report.Say(call.Report.Style.Good($"{server.TextOf("name")} at {server.TextOf("host")}:{server.TextOf("port")} takes up to {server.TextOf("maxDatabases")} databases."));
                return ExitCode.Done;
            });
    }

    private static Verb Drain(CliConsole console) =>
        new Verb(
            "drain",
            "Moves all customers off a server, a few at a time, while they work; it takes no new ones. No way back is kept; in the end the server is empty.",
            "ctl servers drain shared-1 --wait")
            .With(Name, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
                await OperationEnd.OfAsync(call, await call.Api.PostAsync($"/v1/servers/{call.Path(Name)}/drain", null, ct), $"nobody lives on {call.Parsed.GetValue(Name)} any more", ct));

    private static Verb Cordon(CliConsole console) =>
        new Verb("cordon", "Lets a server take no new customers; it serves those it has.", "ctl servers cordon shared-1")
            .With(Name)
            .Does(console, (call, ct) => ChangeAsync(call, "cordon", "takes no new customers", ct));

    private static Verb Uncordon(CliConsole console) =>
        new Verb("uncordon", "Lets a server take new customers again.", "ctl servers uncordon shared-1")
            .With(Name)
            .Does(console, (call, ct) => ChangeAsync(call, "uncordon", "takes new customers again", ct));

    private static Verb Reconcile(CliConsole console) =>
        new Verb("reconcile", "Compares the catalog with what is really on a server, and heals what is safe to heal.", "ctl servers reconcile shared-1 --wait")
            .With(Name, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var accepted = await call.Api.PostAsync($"/v1/servers/{call.Path(Name)}/reconcile", null, ct);
                return await OperationEnd.OfAsync(call, accepted, $"{call.Parsed.GetValue(Name)} is compared with the catalog", ct);
            });

    private static async Task<int> ChangeAsync(Verb.Call call, string verb, string outcome, CancellationToken ct)
    {
        await call.Api.PostAsync($"/v1/servers/{call.Path(Name)}/{verb}", null, ct);
        if (call.Report.IsJson)
        {
            call.Report.Json(await call.Api.GetAsync($"/v1/servers/{call.Path(Name)}", ct));
        }

        call.Report.Say(call.Report.Style.Good($"{call.Parsed.GetValue(Name)} {outcome}."));
        return ExitCode.Done;
    }

    private static string Used(JsonElement server, string used, string most) => $"{(server.Has(used) ? server.TextOf(used) : "?")}/{server.TextOf(most)}";
}
