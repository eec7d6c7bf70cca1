using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Support;

namespace EndToEnd.World;

/// <summary>A process of its own that serves HTTP on a port of its own. It ends with this test process, however that ends.</summary>
public sealed class Actor : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    /// <summary>Reads until our end of the pipe closes, which even SIGKILL cannot prevent.</summary>
    private const string Guardian = "cat >/dev/null; kill -9 \"$1\"";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);

    private readonly Process process;
    private readonly Process guardian;
    private readonly ConcurrentQueue<string> said = new();

    private Actor(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        guardian = Process.Start(new ProcessStartInfo("sh", ["-c", Guardian, "sh", $"{process.Id}"]) { UseShellExecute = false, RedirectStandardInput = true })!;
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public Uri Address { get; private set; } = null!;

    /// <summary>Every line it has written.</summary>
    public IReadOnlyCollection<string> Said => said;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="at">The address it had before; null for any free port.</param>
    public static async Task<Actor> StartAsync(string dll, IReadOnlyDictionary<string, string> settings, Uri? at = null)
    {
        var start = new ProcessStartInfo("dotnet", [dll])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(dll)!,
            Environment = { ["ASPNETCORE_URLS"] = (at ?? ChooseAddress()).ToString() },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var actor = new Actor(start);
        await actor.UntilReadyAsync();
        return actor;
    }

    /// <summary>SIGKILL: no goodbye, no clean-up.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(StopLimit);
        await process.WaitForExitAsync(limit.Token);
    }

    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        guardian.Kill();
        await guardian.WaitForExitAsync();
        guardian.Dispose();
        process.Dispose();
    }

    /// <summary>
    /// Its port is below those of outgoing connections: while a killed one is away nobody else may get it, not even a client that
    /// calls it, for one that happens to call from the port that it calls is connected to itself.
    /// </summary>
    private static Uri ChooseAddress()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return new Uri($"http://127.0.0.1:{port}");
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Somebody else's; the next one may be free.
            }
        }
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task UntilReadyAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        await Eventually.Async(
            async () =>
            {
                if (process.HasExited)
                {
                    throw new InvalidOperationException($"It ended instead of starting:{Environment.NewLine}{string.Join(Environment.NewLine, said)}");
                }

                if (said.FirstOrDefault(line => line.Contains(Listening, StringComparison.Ordinal)) is not { } line)
                {
                    return false;
                }

                Address = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
                try
                {
                    using var answer = await http.GetAsync(new Uri(Address, "/health/ready"));
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (Exception busy) when (busy is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            StartLimit,
            $"{process.StartInfo.ArgumentList[0]} is ready");
    }
}
