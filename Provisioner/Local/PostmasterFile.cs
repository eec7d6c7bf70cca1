using System.Globalization;
using Provisioner.Processes;

namespace Provisioner.Local;

/// <summary>What <c>postmaster.pid</c> says: its lines are pid, data folder, start time, port, socket folder, address, shared memory, status.</summary>
internal sealed record PostmasterFile(int ProcessId, int Port, string Status)
{
    public bool IsReady => Status == "ready";

    /// <summary>The running server of this data folder, or null; a file left behind by a killed server counts as none.</summary>
    public static async Task<PostmasterFile?> ReadAsync(string dataFolder, CancellationToken ct)
    {
        var path = PathIn(dataFolder);
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        var lines = text.Split('\n');
        return int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid) && await IsServerOfAsync(pid, dataFolder, text, ct)
            ? new PostmasterFile(pid, Line(lines, 3) is { Length: > 0 } port ? int.Parse(port, CultureInfo.InvariantCulture) : 0, Line(lines, 7))
            : null;
    }

    /// <summary>
    /// Makes the server believe what is known: that the process named in the file is gone. The rest of the file stays, because
    /// by it the server checks that no orphaned backend still uses the data.
    /// </summary>
    public static async Task DisownAsync(string dataFolder, ServerAccount account, CancellationToken ct)
    {
        var path = PathIn(dataFolder);
        if (!File.Exists(path))
        {
            return;
        }

        var lines = await File.ReadAllLinesAsync(path, ct);
        lines[0] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        await account.WriteAsync(path, string.Join('\n', lines) + "\n", ct);
    }

    private static string PathIn(string dataFolder) => Path.Combine(dataFolder, "postmaster.pid");

    private static string Line(string[] lines, int index) => lines.Length > index ? lines[index].Trim() : "";

    /// <summary>The number may since belong to any other process, even to the server of another cluster.</summary>
    private static async Task<bool> IsServerOfAsync(int pid, string dataFolder, string text, CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            var process = await new Command("ps", "-ww", "-o", "command=", "-p", pid.ToString(CultureInfo.InvariantCulture)).RunAsync(ct);
            return process.Succeeded && process.Output.Contains(dataFolder, StringComparison.Ordinal);
        }

        try
        {
            // A server's working folder is its data folder, so the same file must be seen through it; only the status line may have moved on.
            var seen = await File.ReadAllTextAsync($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cwd/postmaster.pid", ct);
            return seen.Split('\n').Take(3).SequenceEqual(text.Split('\n').Take(3), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
