using System.Diagnostics;
using System.Globalization;

namespace Provisioner.Local;

/// <summary>Starts a cluster's server, or adopts the one that already runs; it outlives this process either way.</summary>
internal sealed class ClusterStarter(ClusterHome home, ServerBinaries binaries, ClusterProfile profile)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private const int LargestLog = 10_000_000;

    public async Task<PostmasterFile> StartOrAdoptAsync(CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (await PostmasterFile.ReadAsync(home.Data, ct) is { } running)
        {
            if (running.IsReady)
            {
                await AdoptAsync(running, ct);
                return running;
            }

            if (waited.Elapsed > Limit)
            {
                throw new ProvisioningException("cluster_start_failed", $"Cluster '{home.Name}' (process {running.ProcessId}) has been '{running.Status}' for {Limit.TotalSeconds:0} s. See {home.Log}.");
            }

            await Task.Delay(50, ct);
        }

        await PostmasterFile.DisownAsync(home.Data, home.Account, ct);
        await StartAsync(waited, ct);
        return await PostmasterFile.ReadAsync(home.Data, ct)
            ?? throw new ProvisioningException("cluster_start_failed", $"Cluster '{home.Name}' started and stopped at once. See {home.Log}.");
    }

    /// <summary>Settings that need a restart wait for the next one.</summary>
    private async Task AdoptAsync(PostmasterFile running, CancellationToken ct)
    {
        await WriteConfigurationAsync(running.Port, ct);
        (await ControlAsync(ct, "reload")).OrThrow($"Cluster '{home.Name}' did not reload its settings");
    }

    private async Task StartAsync(Stopwatch waited, CancellationToken ct)
    {
        await RotateLogAsync(ct);
        var port = await RememberedPortAsync(ct);
        while (true)
        {
            port = LoopbackPort.IsFree(port) ? port : LoopbackPort.Choose();
            await WriteConfigurationAsync(port, ct);
            var logBefore = File.Exists(home.Log) ? new FileInfo(home.Log).Length : 0;
            var start = await ControlAsync(ct, "start", "-w", "-t", $"{Limit.TotalSeconds:0}", "-l", home.Log);
            if (start.Succeeded)
            {
                await home.Account.WriteAsync(home.PortFile, port.ToString(CultureInfo.InvariantCulture), ct);
                return;
            }

            var words = await LogSinceAsync(logBefore, ct);
            var portWasTaken = words.Contains("Address already in use", StringComparison.Ordinal);
            var backendsLinger = words.Contains("pre-existing shared memory block", StringComparison.Ordinal);
            if (!(portWasTaken || backendsLinger) || waited.Elapsed > Limit)
            {
                throw new ProvisioningException("cluster_start_failed", $"Cluster '{home.Name}' in {home.Folder} did not start. Its log says: {(words.Length > 0 ? words : start.Error).Trim()}");
            }

            await Task.Delay(200, ct);
            port = portWasTaken ? LoopbackPort.Choose() : port;
        }
    }

    private async Task WriteConfigurationAsync(int port, CancellationToken ct)
    {
        await home.Account.WriteAsync(Path.Combine(home.Data, ClusterFiles.SettingsFile), ClusterFiles.Settings(profile, port), ct);
        await home.Account.WriteAsync(Path.Combine(home.Data, "pg_hba.conf"), ClusterFiles.HostBasedAccess, ct);
        var main = Path.Combine(home.Data, "postgresql.conf");
        if (!(await File.ReadAllTextAsync(main, ct)).Contains(ClusterFiles.Include, StringComparison.Ordinal))
        {
            await home.Account.AppendAsync(main, $"\n{ClusterFiles.Include}\n", ct);
        }
    }

    private Task<Processes.CommandResult> ControlAsync(CancellationToken ct, params string[] arguments) =>
        home.Account.Command(binaries.Program("pg_ctl"), ["-D", home.Data, "-s", .. arguments]).RunAsync(ct);

    private async Task<int> RememberedPortAsync(CancellationToken ct) =>
        File.Exists(home.PortFile) ? int.Parse(await File.ReadAllTextAsync(home.PortFile, ct), CultureInfo.InvariantCulture) : LoopbackPort.Choose();

    private async Task RotateLogAsync(CancellationToken ct)
    {
        if (File.Exists(home.Log) && new FileInfo(home.Log).Length > LargestLog)
        {
            await home.Account.RenameAsync(home.Log, home.Log + ".1", ct);
        }
    }

    private async Task<string> LogSinceAsync(long offset, CancellationToken ct)
    {
        if (!File.Exists(home.Log))
        {
            return "";
        }

        await using var file = new FileStream(home.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(Math.Max(offset, file.Length - 4000), SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(ct);
    }
}
