using System.Diagnostics;

namespace Migrator.Tests.Faults;

/// <summary>The command in a process of its own, so that it can be killed.</summary>
public static class MigratorProcess
{
    // Its own build, beside ours: in the tests' folder it would miss what the tests take from the ASP.NET Core framework.
    private static readonly string Program = Path.GetFullPath(AppContext.BaseDirectory.Replace(Path.Combine("tests", "Migrator.Tests"), "Migrator", StringComparison.Ordinal) + "Migrator.dll");

    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;

    /// <summary>Runs it to its end and returns its exit code and all it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
