using System.Diagnostics;
using System.Globalization;
using Migrator.Databases;

namespace Benchmarks.Migrations;

/// <summary>A fleet that is at the newest version: a verify that connects to every database, and the memory of a run over 10,000 targets.</summary>
public sealed class MigrateNone(BenchmarkFleet fleet) : IBenchmark
{
    private const int Rounds = 5;
    private const int Targets = 10_000;

    public string Name => "migrate-none";

    public async Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct)
    {
        await fleet.PrepareAsync(ct);
        var ours = fleet.Ours;
        ours.Add(1);
        await ours.ApplyAsync(new MigratorOptions(), ct);
        List<TimeSpan> bare = [], verify = [];
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await BareLimit.RunAsync(fleet, string.Create(CultureInfo.InvariantCulture, $"alter table t1 add column none{round} int"), ct));
            verify.Add((await ours.VerifyAsync(ct)).Took);
        }

        return
        [
            BenchmarkLine.AgainstLimit($"{Name}/verify-1000", Median.Of(verify), Median.Of(bare), 0.9),
            BenchmarkLine.AtMost($"{Name}/memory-10000-targets-over-1000-databases", await PeakMegabytesAsync(ours, ct), 150, "MB"),
        ];
    }

    private async Task<double> PeakMegabytesAsync(OurRun ours, CancellationToken ct)
    {
        var list = Path.Combine(ours.Folder, "list");
        await File.WriteAllLinesAsync(list, Enumerable.Range(0, Targets).Select(i => string.Create(CultureInfo.InvariantCulture, $"target{i}\t{fleet.ConnectionString(fleet.Names[i % fleet.Names.Count])}")), ct);
        var program = Path.Combine(AppContext.BaseDirectory.Replace(Path.Combine("tests", "Benchmarks"), "Migrator", StringComparison.Ordinal), "Migrator.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "verify", "--list", list, "--migrations", ours.Folder]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var peak = 0L;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        while (!process.HasExited)
        {
            process.Refresh();
            peak = Math.Max(peak, process.PeakWorkingSet64);
            await Task.WhenAny(process.WaitForExitAsync(ct), Task.Delay(TimeSpan.FromMilliseconds(200), ct));
        }

        return process.ExitCode == 0 ? peak / 1e6 : throw new InvalidOperationException($"verify failed: {await output}");
    }
}
