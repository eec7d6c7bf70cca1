using System.CommandLine;
using HetznerSimulator.Hosts;

namespace HetznerSimulator.Control;

/// <summary>The command line: <c>dotnet run --project tests/HetznerSimulator -- --port 8080</c>.</summary>
internal static class SimulatorCommand
{
    private const string Description =
        """
        A cloud of your own that speaks the Hetzner Cloud API: servers, actions, SSH keys, firewalls, networks, placement groups,
        primary IPs, images, server types, prices, DNS zones. One project, in memory, on loopback, until you stop it.

        Try it with the vendor's own tool:
          export HCLOUD_ENDPOINT=http://127.0.0.1:8080/v1 HCLOUD_TOKEN=simulated-token
          hcloud server create --name first --type cx23 --image debian-12 --location fsn1
        With real Debian machines behind the servers (root on Linux): --hosts real
        Let something go wrong:
          curl http://127.0.0.1:8080/_simulator      says how
        """;

    private static readonly SimulatorOptions Defaults = new();

    public static RootCommand Create()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes a free one and says which", DefaultValueFactory = _ => 8080 };
        var dns = new Option<int?>("--dns") { Description = "UDP port on 127.0.0.1 where the zones are served as by their name servers; 0 takes a free one and says which", HelpName = "PORT" };
        var token = new Option<string>("--token") { Description = "Bearer token that may read and write", DefaultValueFactory = _ => Defaults.Token };
        var readOnlyToken = new Option<string>("--read-only-token") { Description = "Bearer token that may only read", DefaultValueFactory = _ => Defaults.ReadOnlyToken };
        var rateLimit = new Option<int>("--rate-limit") { Description = "Requests that the budget holds; one comes back every second", DefaultValueFactory = _ => Defaults.RateLimit };
        var actionTime = new Option<double>("--action-time") { Description = "Seconds that an action runs", DefaultValueFactory = _ => 1 };
        var servers = new Option<int>("--servers") { Description = "Servers that are there from the start, named seed-1, seed-2, …" };
        var hosts = new Option<string>("--hosts") { Description = "What stands behind the servers: records, or real machines", DefaultValueFactory = _ => "records" };
        hosts.AcceptOnlyFromAmong("records", "real");
        var validate = new Option<bool>("--validate") { Description = $"Answer 500 to what the official document does not allow; {Contract.ApiContract.Variable} names its file" };
        var command = new RootCommand(Description) { port, dns, token, readOnlyToken, rateLimit, actionTime, servers, hosts, validate };
        command.Subcommands.Add(Clean());
        command.SetAction(async (parsed, ct) =>
        {
            var options = new SimulatorOptions
            {
                Port = parsed.GetValue(port),
                DnsPort = parsed.GetValue(dns),
                Token = parsed.GetValue(token)!,
                ReadOnlyToken = parsed.GetValue(readOnlyToken)!,
                RateLimit = parsed.GetValue(rateLimit),
                ActionTime = TimeSpan.FromSeconds(parsed.GetValue(actionTime)),
                Hosts = parsed.GetValue(hosts) == "real" ? await RealHosts.StartAsync(ct) : Defaults.Hosts,
                ValidateRequests = parsed.GetValue(validate),
            };
            await using var simulator = await Simulator.StartAsync(options, ct);
            simulator.AddServers(parsed.GetValue(servers), "seed", Http.Labels.None);
            // Whoever starts it waits for this line; the token is theirs already.
            await Console.Out.WriteLineAsync($"The simulated cloud is at {simulator.Address}; {new Uri(simulator.Address, "/_simulator")} says what else it can do.");
            if (options.Hosts is RealHosts real)
            {
                await Console.Out.WriteLineAsync($"Servers see this machine at {real.OwnAddress}.");
            }

            if (simulator.Dns is { } names)
            {
                await Console.Out.WriteLineAsync($"Its zones are served at {names}: dig @{names.Address} -p {names.Port} NAME");
            }

            await simulator.WaitForShutdownAsync(ct);
            return 0;
        });
        return command;
    }

    /// <summary>What a killed simulator left is removed by itself; this is for when that was prevented.</summary>
    private static Command Clean()
    {
        var clean = new Command("clean", "Remove the machines and networks of simulators that were killed");
        clean.SetAction(async (_, ct) =>
        {
            var removed = await RealHosts.RemoveAbandonedAsync(ct);
            await Console.Out.WriteLineAsync(removed.Count == 0 ? "Nothing is left of any simulator." : $"Removed what was left of {string.Join(", ", removed)}.");
            return 0;
        });
        return clean;
    }
}
