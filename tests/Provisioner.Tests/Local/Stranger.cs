using System.Diagnostics;
using Provisioner.Local;

namespace Provisioner.Tests.Local;

/// <summary>A process that has nothing to do with PostgreSQL, run by the account that owns a cluster's folder.</summary>
internal sealed class Stranger : IDisposable
{
    private readonly Process process;

    private Stranger(Process process) => this.process = process;

    public int ProcessId => process.Id;

    public static async Task<Stranger> StartAsync(string folder)
    {
        var sleep = (await ServerAccount.ChooseAsync(folder, default)).Command("sleep", "300");
        return new Stranger(Process.Start(sleep.Program, sleep.Arguments));
    }

    public static async Task NameInPidFileAsync(string folder, int processId)
    {
        var path = Path.Combine(folder, "data", "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(path);
        lines[0] = $"{processId}";
        await File.WriteAllLinesAsync(path, lines);
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
