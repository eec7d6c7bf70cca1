using System.Diagnostics;

namespace EndToEnd.World;

/// <summary>The command line, as people type it.</summary>
/// <param name="Lines">Each line it said, and when.</param>
public sealed record Ctl(int ExitCode, IReadOnlyList<(TimeSpan At, string Text)> Lines)
{
    public string Text => string.Join(Environment.NewLine, Lines.Select(l => l.Text));

    /// <summary>The longest time without a line.</summary>
    public TimeSpan LongestSilence => Lines.Select(l => l.At).Prepend(TimeSpan.Zero).Zip(Lines.Select(l => l.At), (before, at) => at - before).Max();

    public static async Task<Ctl> RunAsync(LiveSystem system, params string[] arguments) =>
        await RunAsync(system.ControlPlane.Address, (await File.ReadAllTextAsync(system.KeyFile)).Trim(), arguments);

    /// <summary>Against another control plane, or none.</summary>
    public static async Task<Ctl> RunAsync(Uri address, string key, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Programs.ControlPlane, "ctl", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["CONTROLPLANE_URL"] = address.ToString(), ["CONTROLPLANE_KEY"] = key },
        };
        using var process = Process.Start(start)!;
        var clock = Stopwatch.StartNew();
        var lines = new List<(TimeSpan, string)>();
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync();
        return new(process.ExitCode, lines);

        void Add(string? line)
        {
            lock (lines)
            {
                if (line is not null)
                {
                    lines.Add((clock.Elapsed, line));
                }
            }
        }
    }
}
