using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Provisioner.Processes;

/// <summary>
/// A program to run. Arguments are passed as they are, never through a shell. The child sees only PATH, HOME, a C locale
/// and <see cref="Variables"/>, so that secrets in our own environment never reach it.
/// </summary>
public sealed record Command(string Program, params IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Written to the child's standard input, which is then closed.</summary>
    public string Input { get; init; } = "";

    /// <summary>Written to the child's standard input instead of <see cref="Input"/>.</summary>
    public Stream? InputStream { get; init; }

    /// <summary>Called with each line of its standard output as it comes; from one thread at a time.</summary>
    public Action<string>? OnOutputLine { get; init; }

    /// <summary>Called with each line of its standard error as it comes; from one thread at a time.</summary>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>Runs to the end, whatever the exit code; a cancelled command is killed with its children.</summary>
    /// <exception cref="ProvisioningException"><c>command_missing</c>: the program is not installed.</exception>
    public async Task<CommandResult> RunAsync(CancellationToken ct)
    {
        using var process = Start();
        var output = ReadAsync(process.StandardOutput, OnOutputLine, ct);
        var error = ReadAsync(process.StandardError, OnErrorLine, ct);
        try
        {
            await WriteInputAsync(process, ct);
            await process.WaitForExitAsync(ct);
            return new CommandResult(Program, process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts it with its standard streams open; the caller disposes it.</summary>
    internal Process Start()
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The child may run as another user, who need not be able to enter our own folder.
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "/";
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ProvisioningException("command_missing", $"Cannot run '{Program}': {e.Message}. Install it, or put its folder on PATH.", e);
        }
    }

    private async Task WriteInputAsync(Process process, CancellationToken ct)
    {
        try
        {
            await (InputStream?.CopyToAsync(process.StandardInput.BaseStream, ct) ?? process.StandardInput.WriteAsync(Input.AsMemory(), ct));
            process.StandardInput.Close();
        }
        catch (IOException) when (process.HasExited)
        {
            // It ended without reading its input; its exit code and words say why.
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, Action<string>? onLine, CancellationToken ct)
    {
        if (onLine is null)
        {
            return await reader.ReadToEndAsync(ct);
        }

        var all = new StringBuilder();
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            all.Append(line).Append('\n');
            onLine(line);
        }

        return all.ToString();
    }
}
