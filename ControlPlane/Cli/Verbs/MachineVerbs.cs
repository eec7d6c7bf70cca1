using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary>The verbs of <c>ctl servers</c> that make machines and remove them.</summary>
internal static class MachineVerbs
{
    public static Verb Offers(CliConsole console) =>
        new Verb("offers", "Shows what machines may be bought, the first choice first, and what each costs.", "ctl servers offers")
            .Does(console, async (call, ct) =>
            {
                var offers = (await call.Api.GetAsync("/v1/servers/offers", ct)).GetProperty("items").EnumerateArray().ToList();
                call.Report.List(
                    (offers, false),
                    ["type", "region", "a month", "an hour"],
                    o => [o.TextOf("serverType"), o.TextOf("region"), Price(o, "monthly"), Price(o, "hourly")],
                    "Nothing is offered: the control plane has no cloud account.");
                return ExitCode.Done;
            });

    public static Verb Provision(CliConsole console)
    {
        var tier = new Option<string>("--tier") { Description = "For many customers, or one that waits for its customer.", Required = true };
        tier.AcceptOnlyFromAmong("shared", "dedicated");
        var region = Shared.Text("--region", "Where; may be left out when there is only one.", "REGION");
        return new Verb(
            "provision",
            "Buys a machine, configures it and takes it into the fleet. See what it costs with: ctl servers offers",
            "ctl servers provision --tier shared --region fsn1 --wait")
            .With(tier, region, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var accepted = await call.Api.PostAsync("/v1/servers/provision", new JsonObject { ["tier"] = call.Get(tier), ["region"] = call.Get(region) }, ct);
                return await OperationEnd.OfAsync(call, accepted, $"{accepted.TextOf("name")} is in the fleet", ct);
            });
    }

    public static Verb Remove(CliConsole console)
    {
        var name = new Argument<string>("name") { Description = "The server's name." };
        var lost = new Option<bool>("--lost") { Description = "The server is gone already and does not come back. Moves to or from it are undone, or done, without it." };
        return new Verb(
            "remove",
            "Removes a machine for good, with all that is on it. Refused while customers live there.",
            "ctl servers remove dedicated-3f9a1c22b7 --wait",
            "ctl servers remove shared-2 --lost --yes --wait")
            .With(name, lost, Shared.Yes, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                if (call.Get(lost))
                {
                    Shared.Confirm(call, $"Never ask {call.Parsed.GetValue(name)} for anything again? What it still has would be left there.");
                }

                var accepted = await call.Api.PostAsync($"/v1/servers/{call.Path(name)}/remove", new() { ["lost"] = call.Get(lost) }, ct);
                return await OperationEnd.OfAsync(call, accepted, call.Get(lost) ? $"{call.Parsed.GetValue(name)} is not asked for anything any more" : $"{call.Parsed.GetValue(name)} is gone and costs nothing any more", ct);
            });
    }

    public static Verb Discard(CliConsole console)
    {
        var name = new Argument<string>("name") { Description = "The server's name at the cloud provider." };
        return new Verb("discard", "Removes a server that carries our labels and that nobody knows, with all that is on it. Look at it first; see such servers with: ctl findings", "ctl servers discard dedicated-3f9a1c22b7 --wait")
            .With(name, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var accepted = await call.Api.PostAsync($"/v1/cloud/servers/{call.Path(name)}/discard", null, ct);
                return await OperationEnd.OfAsync(call, accepted, $"{call.Parsed.GetValue(name)} is gone and costs nothing any more", ct);
            });
    }

    public static Verb Configure(CliConsole console)
    {
        var name = new Argument<string>("name") { Description = "The server's name." };
        return new Verb("configure", "Configures a machine anew, with the newest release and certificate. What is as it should be stays.", "ctl servers configure dedicated-3f9a1c22b7 --wait")
            .With(name, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
                await OperationEnd.OfAsync(call, await call.Api.PostAsync($"/v1/servers/{call.Path(name)}/configure", null, ct), $"{call.Parsed.GetValue(name)} is what it should be", ct));
    }

    public static Verb Image(CliConsole console) =>
        new Verb("image", "Builds the golden image: machines made from then on are ready in a fraction of the time.", "ctl servers image --wait")
            .With(OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
                await OperationEnd.OfAsync(call, await call.Api.PostAsync("/v1/images", null, ct), "New machines are made from the new image", ct));

    public static Verb Inventory(CliConsole console) =>
        new Verb("inventory", "Compares what is at the cloud provider with the catalog: what nobody knows, what is missing.", "ctl servers inventory --wait")
            .With(OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
                await OperationEnd.OfAsync(call, await call.Api.PostAsync("/v1/cloud/reconcile", null, ct), "The cloud is compared with the catalog; see: ctl findings", ct));

    private static string Price(JsonElement offer, string member) => offer.Has(member) ? $"{offer.TextOf(member)} {offer.TextOf("currency")}" : "free";
}
