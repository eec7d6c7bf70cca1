using System.CommandLine;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary>Those of <c>ctl migrations …</c> that set databases right where migrating forward does not.</summary>
internal static class CorrectionVerbs
{
    public static Verb Baseline(CliConsole console)
    {
        var to = new Option<string>("--to") { Description = "The version whose schema they have.", Required = true, HelpName = "VERSION" };
        return Make(
            console,
            new Verb(
                "baseline",
                "Declares that databases which were made by other means have everything up to a version. Runs no migration; one with another history is refused.",
                "ctl migrations baseline --tenants acme --to 20260301090000 --wait").With(to),
            call => $"Declare that {Which(call)} has everything up to {call.Get(to)}?",
            (call, body) => Shared.Add(body, "to", call.Get(to)));
    }

    public static Verb Repair(CliConsole console)
    {
        var forget = new Option<bool>("--forget-missing") { Description = "Also forget versions that have no file." };
        return Make(
            console,
            new Verb(
                "repair",
                "Accepts edited files as they are now, after somebody has made sure that the schema is the same. Changes histories only.",
                "ctl migrations repair --wait",
                "ctl migrations repair --tenants acme --forget-missing --wait").With(forget),
            call => $"Accept the files as they are for {Which(call)}?",
            (call, body) => Shared.Add(body, "forgetMissing", call.Get(forget)));
    }

    public static Verb Down(CliConsole console)
    {
        var to = new Option<string>("--to") { Description = "The version to go back to; it stays applied.", Required = true, HelpName = "VERSION" };
        return Make(
            console,
            new Verb(
                "down",
                "Takes migrations back by their down scripts, the newest first; canaries go first here too. What a migration has deleted stays deleted. The next apply brings them back, unless their files are gone: going forward with a new migration is usually better.",
                "ctl migrations down --tenants acme --to 20260301090000 --wait").With(to),
            call => $"Take back everything after {call.Get(to)} from {Which(call)}?",
            (call, body) => Shared.Add(body, "to", call.Get(to)));
    }

    private static Verb Make(CliConsole console, Verb verb, Func<Verb.Call, string> question, Action<Verb.Call, System.Text.Json.Nodes.JsonObject> fill) =>
        verb.With(FleetChoice.DryRun).Changing().With(Shared.Yes, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var body = FleetChoice.Body(call);
                fill(call, body);
                if (call.Get(FleetChoice.DryRun))
                {
                    body["dryRun"] = true;
                    return await FleetLook.GoAsync(call, verb.Name, "correction", body, "Every database that was asked for is looked at, none is changed", ct);
                }

                Shared.Confirm(call, question(call));
                var code = await OperationEnd.OfAsync(
                    call, await call.Api.PostAsync($"/v1/migrations/{verb.Name}", body, ct), "Every database that was asked for is set right; see where they stand with: ctl migrations plan", ct);
                if (code == ExitCode.Failed && !call.Report.IsJson)
                {
                    call.Report.Say("See who is where with: ctl migrations status --databases --work correction");
                }

                return code;
            });

    private static string Which(Verb.Call call) =>
        call.Get(FleetChoice.Tenants) is { Length: > 0 } tenants ? string.Join(", ", tenants)
        : call.Get(FleetChoice.Server) is { } server ? $"every customer on {server}"
        : call.Get(FleetChoice.Rings) is { Length: > 0 } rings ? $"every customer of ring {string.Join(", ", rings)}"
        : "EVERY customer";
}
