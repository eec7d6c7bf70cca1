using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Tour;

/// <summary>
/// A cloud of its own for the second act, whose servers are real Debian machines on this one, and a control plane with an account
/// there. All of it ends with the story: the cloud forgets, so the catalog must too.
/// </summary>
public sealed class CloudStage(string data) : IAsyncDisposable
{
    private const string Token = "the-story-s-own-token";

    /// <summary>The first time, a whole Debian is fetched and unpacked.</summary>
    private static readonly TimeSpan CloudLimit = TimeSpan.FromMinutes(10);

    private readonly string folder = Path.Combine(data, "second-act");
    private Uri cloudAddress = null!;
    private Actor? cloud;
    private Actor? controlPlane;

    /// <summary>Whether this machine can be asked for real hosts at all.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public Uri ControlPlaneUrl { get; private set; } = null!;

    private static string SimulatorDll => Path.Combine(Stage.Root, "tests", "HetznerSimulator", Stage.Build, "HetznerSimulator.dll");

    /// <summary>Where an admin's key is.</summary>
    public string KeyFile => Path.Combine(folder, "admin.key");

    public async Task<Api> StartAsync(CancellationToken ct)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        cloud = Actor.Start("simulated cloud", SimulatorDll, Path.Combine(folder, "cloud.log"), [], "--hosts", "real", "--port", "0", "--token", Token);
        var address = (await cloud.UntilSaidAsync("The simulated cloud is at ", CloudLimit, ct)).Split(';')[0];
        cloudAddress = new Uri(address);
        var outside = (await cloud.UntilSaidAsync("Servers see this machine at ", CloudLimit, ct)).TrimEnd('.');
        var port = FreePort();
        ControlPlaneUrl = new Uri($"http://localhost:{port}");
        controlPlane = Actor.Start("control plane of the second act", Stage.ControlPlaneDll, Path.Combine(folder, "control-plane.log"), new(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = $"{ControlPlaneUrl};http://{outside}:{port}",
            ["ControlPlane__Data"] = folder,
            ["ControlPlane__Migrations"] = Stage.CrmDll,
            ["ControlPlane__EmbeddedStopsToo"] = "true",
            ["ControlPlane__EmbeddedWarm"] = "0",
            ["ControlPlane__TenantUrl"] = "https://{slug}.app.customers.test",
            ["Hetzner__Token"] = Token,
            ["Hetzner__Endpoint"] = address,
            ["Machines__Choices"] = "cx23@fsn1,cx33@fsn1",
            ["Machines__Egress"] = $"{outside}/32",
            ["Machines__ControlPlane"] = $"http://{outside}:{port}",
            ["Machines__Playbooks"] = Path.Combine(Stage.Root, "ansible"),
        });
        await controlPlane.UntilReadyAsync(new Uri(ControlPlaneUrl, "/health/ready"), ct);
        return new Api(ControlPlaneUrl, await File.ReadAllTextAsync(KeyFile, ct));
    }

    /// <summary>Publishes the application as its developers would, and answers what was said when that failed.</summary>
    public async Task<string?> PublishApplicationAsync(CancellationToken ct)
    {
        var output = Path.Combine(folder, "crm");
        return await RunAsync("dotnet", ["publish", Path.Combine(Stage.Root, "samples", "Crm"), "-c", "Release", "-r", "linux-x64", "--self-contained", "-v", "quiet", "--nologo", "-o", output], ct)
            ?? await RunAsync("dotnet", [Stage.ControlPlaneDll, "ctl", "releases", "publish", output, "--name", "1.0.0", "--program", "Crm"], ct);
    }

    /// <summary>How many calls the provider has had so far.</summary>
    public async Task<int> CallsAsync(CancellationToken ct)
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(cloudAddress, "/_simulator/calls"), ct))!["count"]!.GetValue<int>();
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (var actor in new[] { controlPlane, cloud }.OfType<Actor>())
        {
            await actor.StopAsync(limit.Token);
        }
    }

    private async Task<string?> RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["CONTROLPLANE_URL"] = ControlPlaneUrl.ToString(), ["CONTROLPLANE_KEY_FILE"] = KeyFile },
        };
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? null : string.Concat(said);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
