using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tour;

/// <summary>One process of the story; what it says goes to a log file.</summary>
public sealed class Actor
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly string name;
    private readonly string log;
    private readonly Process process;

    private Actor(string name, string log, Process process)
    {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    public int ProcessId => process.Id;

    /// <param name="arguments">After the program's own name.</param>
    public static Actor Start(string name, string dll, string log, Dictionary<string, string> environment, params string[] arguments)
    {
        if (environment.TryGetValue("ASPNETCORE_URLS", out var urls))
        {
            RequireFree(name, new Uri(urls.Split(';')[0]).Port);
        }

        var start = new ProcessStartInfo("dotnet", [dll, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(dll)!,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var started = Process.Start(start)!;
        var writer = new StreamWriter(log, append: true) { AutoFlush = true };
        var writing = new Lock();
        started.OutputDataReceived += (_, said) => Write(said.Data);
        started.ErrorDataReceived += (_, said) => Write(said.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return new Actor(name, log, started);

        void Write(string? line)
        {
            lock (writing)
            {
                writer.WriteLine(line);
            }
        }
    }

    public async Task UntilReadyAsync(Uri health, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (process.HasExited || waited.Elapsed > StartLimit)
            {
                throw new StageException($"The {name} did not start. Its last words, from {log}:{Environment.NewLine}{LastWords()}");
            }

            try
            {
                using var answer = await http.GetAsync(health, ct);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            catch (TaskCanceledException) when (!ct.IsCancellationRequested)
            {
                // Listening, but busy.
            }

            await Task.Delay(100, ct);
        }
    }

    /// <summary>Waits for a line and answers what it says after its beginning.</summary>
    public async Task<string> UntilSaidAsync(string beginning, TimeSpan limit, CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (File.Exists(log) && (await File.ReadAllLinesAsync(log, ct)).FirstOrDefault(l => l.StartsWith(beginning, StringComparison.Ordinal)) is { } line)
            {
                return line[beginning.Length..];
            }

            if (process.HasExited || waited.Elapsed > limit)
            {
                throw new StageException($"The {name} did not start. Its last words, from {log}:{Environment.NewLine}{LastWords()}");
            }

            await Task.Delay(200, ct);
        }
    }

    public Task KillAsync()
    {
        process.Kill();
        return process.WaitForExitAsync(CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken ct)
    {
        if (!process.HasExited)
        {
            // Process.Kill is SIGKILL; this lets the process say goodbye.
            using var terminate = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync(ct);
        }
    }

    private static void RequireFree(string name, int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
        }
        catch (SocketException)
        {
            throw new StageException($"Port {port} for the {name} is taken. End what uses it (is another ./run up?), or choose others: ./run --ports 6080,6081");
        }
    }

    private string LastWords() => File.Exists(log) ? string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(15)) : "(none)";
}
