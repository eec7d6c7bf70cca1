using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Tour;

/// <summary>A customer with a server of its own: a real Debian machine where this one can boot some, else a PostgreSQL cluster beside the first.</summary>
public sealed class SecondAct(CloudStage cloud, Playbill playbill)
{
    private const string Slug = "wayne";

    /// <param name="api">The control plane of the first act.</param>
    public Task PlayAsync(Api api, CancellationToken ct) => CloudStage.IsPossible
        ? playbill.PlayAsync(
            "A server of its own",
            $"{Slug} has a Debian machine of its own, hardened, with its own PostgreSQL, and is served there over HTTPS",
            "ctl --help; ansible/README.md",
            faults => OnMachineAsync(faults, ct))
        : playbill.PlayAsync(
            "A server of its own",
            $"{Slug} has a PostgreSQL of its own; real machines need root on Linux",
            $"./ctl tenants show {Slug}",
            faults => OnClusterAsync(api, faults, ct));

    private async Task OnMachineAsync(List<string> faults, CancellationToken ct)
    {
        AnsiConsole.MarkupLine("  [grey]the simulated cloud starts; the first time it fetches a Debian, which takes a minute or two[/]");
        var api = await cloud.StartAsync(ct);
        AnsiConsole.MarkupLine("  [grey]the application is published[/]");
        if (await cloud.PublishApplicationAsync(ct) is { } failure)
        {
            faults.Add(failure);
            return;
        }

        var made = await api.PostAsync("/v1/tenants", new { slug = Slug, plan = "enterprise", tier = "dedicated", region = "fsn1" }, ct);
        if (!await FollowAsync(api, made["operation"]!.GetValue<string>(), faults, ct))
        {
            return;
        }

        var tenant = (await api.GetAsync($"/v1/tenants/{Slug}", ct))!["tenant"]!;
        var server = (await api.GetAsync($"/v1/servers/{tenant["server"]}", ct))!["server"]!;
        var host = server["host"]!.GetValue<string>();
        var who = await CallAsync(IPAddress.Parse(host), ct);
        if (who?["slug"]?.GetValue<string>() != Slug)
        {
            faults.Add($"https://{Slug}.app.customers.test at {host} answers {who?.ToJsonString() ?? "nothing"}");
            return;
        }

        AnsiConsole.MarkupLine("  {0} at {1}: {2} {3} a month, database {4}", $"{server["name"]}", host, $"{server["priceMonthly"]}", $"{server["currency"]}", $"{who["database"]}");
    }

    private static async Task OnClusterAsync(Api api, List<string> faults, CancellationToken ct)
    {
        if (await api.GetAsync($"/v1/tenants/{Slug}", ct) is null)
        {
            var made = await api.PostAsync("/v1/tenants", new { slug = Slug, plan = "enterprise", tier = "dedicated", region = "local" }, ct);
            await FollowAsync(api, made["operation"]!.GetValue<string>(), faults, ct);
        }

        var server = (await api.GetAsync($"/v1/tenants/{Slug}", ct))!["tenant"]!["server"]?.GetValue<string>();
        if (server?.StartsWith("dedicated-", StringComparison.Ordinal) != true)
        {
            faults.Add($"{Slug} is on {server ?? "no server"}");
        }
    }

    /// <summary>Shows each step and, below it, the newest line; whether it was done in the end.</summary>
    private static async Task<bool> FollowAsync(Api api, string operation, List<string> faults, CancellationToken ct)
    {
        var state = "";
        await AnsiConsole.Status().StartAsync("  …", async status =>
        {
            await foreach (var (kind, data) in api.FollowAllAsync(operation, ct))
            {
                if (kind == "log")
                {
                    status.Status = $"  [grey]{Markup.Escape(data["line"]!.GetValue<string>())}[/]";
                    continue;
                }

                state = data["operation"]!["state"]!.GetValue<string>();
                if (data["operation"]!["error"]?.GetValue<string>() is { } error)
                {
                    faults.Add(error);
                }
            }
        });
        if (state != "done")
        {
            faults.Add($"the onboarding of {Slug} ended {state}");
        }

        return state == "done";
    }

    private static async Task<JsonNode?> CallAsync(IPAddress address, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            // No public authority vouches for a name below .test.
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(address, context.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"https://{Slug}.app.customers.test/api/whoami"), ct));
    }
}
