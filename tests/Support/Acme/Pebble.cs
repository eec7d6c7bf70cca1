using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Provisioner.Processes;

namespace Support.Acme;

/// <summary>
/// A certificate authority of its own, by Let's Encrypt's test server: it verifies names for real, by a DNS server and a port that
/// the test chooses. Ends with the test process, however that ends.
/// </summary>
public sealed class Pebble : IAsyncDisposable
{
    private const string Program = "pebble";
    private const int Starts = 5;

    /// <summary>Reads until our end of the pipe closes, which even SIGKILL cannot prevent.</summary>
    private const string Guardian = """exec 3<&0; "$@" </dev/null & cat <&3 >/dev/null; kill "$!"; wait""";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly SemaphoreSlim Installing = new(1);

    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("controlplane-pebble-");
    private readonly ConcurrentQueue<string> log = new();
    private readonly Process process;

    private Pebble(IPEndPoint dns, int? httpPort, int refusedNonces)
    {
        var port = FreePort();
        Directory = new Uri($"https://127.0.0.1:{port}/dir");
        HttpPort = httpPort ?? FreePort();
        RootPem = PebbleFiles.WriteCertificate(folder.FullName);
        var configuration = Path.Combine(folder.FullName, "pebble.json");
        File.WriteAllText(configuration, JsonSerializer.Serialize(new
        {
            pebble = new
            {
                listenAddress = $"127.0.0.1:{port}",
                certificate = PebbleFiles.Certificate(folder.FullName),
                privateKey = PebbleFiles.Key(folder.FullName),
                httpPort = HttpPort,
                tlsPort = FreePort(),
            },
        }));
        process = new Process
        {
            StartInfo = new ProcessStartInfo("sh", ["-c", Guardian, "sh", Program, "-config", configuration, "-dnsserver", $"{dns}"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = "/",
                Environment = { ["PEBBLE_VA_NOSLEEP"] = "1", ["PEBBLE_AUTHZREUSE"] = "0", ["PEBBLE_WFE_NONCEREJECT"] = refusedNonces.ToString(CultureInfo.InvariantCulture) },
            },
        };
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Directory { get; }

    /// <summary>What its own HTTPS hangs on; its certificates hang on another.</summary>
    public string RootPem { get; }

    /// <summary>Where it asks names for files.</summary>
    public int HttpPort { get; }

    /// <summary>What it said so far.</summary>
    public IReadOnlyCollection<string> Log => log;

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>Why it cannot run here, in words that help; null when it can.</summary>
    public static string? WhyNot() =>
        IsInstalled || (Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get")) ? null : "Needs Debian's pebble. Type: sudo apt-get install pebble";

    /// <param name="dns">Who answers for the names.</param>
    /// <param name="httpPort">Where it asks names for files; null takes a free port.</param>
    /// <param name="refusedNonces">Of a hundred good nonces, how many it calls bad.</param>
    public static async Task<Pebble> StartAsync(IPEndPoint dns, int? httpPort = null, int refusedNonces = 5)
    {
        await InstallAsync();
        for (var attempt = 1; ; attempt++)
        {
            var pebble = new Pebble(dns, httpPort, refusedNonces);
            if (await pebble.IsUpAsync())
            {
                return pebble;
            }

            // Somebody else was faster at the port.
            await pebble.DisposeAsync();
            if (attempt == Starts)
            {
                throw new InvalidOperationException($"pebble does not start: {string.Join('\n', pebble.log)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task<bool> IsUpAsync()
    {
        var isUp = false;
        await Eventually.Async(async () => (isUp = await AnswersAsync()) || log.Any(l => l.Contains("address already in use", StringComparison.Ordinal)), StartLimit, "pebble is up");
        return isUp;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Directory.Host, Directory.Port);
            return !log.Any(l => l.Contains("address already in use", StringComparison.Ordinal));
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (!IsInstalled)
            {
                (await AptGetAsync("update")).OrThrow("Could not read the package lists, needed for pebble. Check the network");
                (await AptGetAsync("install", "--yes", "--no-install-recommends", Program)).OrThrow("Could not install pebble");
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    private static Task<CommandResult> AptGetAsync(params string[] arguments) =>
        new Command("apt-get", ["-o", "DPkg::Lock::Timeout=300", .. arguments])
        {
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DEBIAN_FRONTEND"] = "noninteractive" },
        }.RunAsync(CancellationToken.None);
}
