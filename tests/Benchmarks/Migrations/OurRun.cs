using System.Globalization;
using Migrator.Databases;
using Migrator.Fleet;
using Migrator.Sources;

namespace Benchmarks.Migrations;

/// <summary>The fleet runner over the benchmark's databases, with a growing folder of migrations.</summary>
internal sealed class OurRun(BenchmarkFleet fleet) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bench-migrations-");
    private int versions;

    public string Folder => folder.FullName;

    /// <summary>Adds migrations of one column each.</summary>
    public void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            versions++;
            File.WriteAllText(Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{20260101000000 + versions}_step.sql")), string.Create(CultureInfo.InvariantCulture, $"alter table t2 add column ours{versions} int"));
        }
    }

    public Task<FleetReport> ApplyAsync(MigratorOptions options, CancellationToken ct)
    {
        var migrator = new DatabaseMigrator(new SqlFolder(Folder).Read(), options);
        return RunAsync(migrator.ApplyAsync, ct);
    }

    public Task<FleetReport> VerifyAsync(CancellationToken ct)
    {
        var check = new MigrationCheck(new SqlFolder(Folder).Read(), new MigratorOptions());
        return RunAsync(check.RunAsync, ct, check.ReadsHistoriesOnly);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<FleetReport> RunAsync(Func<DatabaseSession, CancellationToken, Task<DatabaseReport>> work, CancellationToken ct, bool readHistories = false)
    {
        var runner = new FleetRunner(
            async (target, session, token) =>
            {
                var report = await work(session, token);
                return TargetResult.From(target, report, report.Pending.Count > 0 ? TargetState.Pending : TargetState.Done);
            },
            new FleetOptions { Total = BenchmarkFleet.Size, ReadHistories = readHistories },
            new FileJournal(Path.Combine(Folder, "journal")));
        var result = await runner.RunAsync("bench", fleet.Targets.ToAsyncEnumerable(), default, ct);
        return result.Count(TargetState.Done) == BenchmarkFleet.Size
            ? result
            : throw new InvalidOperationException($"Not every database was done: {result.Problems.FirstOrDefault()?.Error ?? result.Stopped}");
    }
}
