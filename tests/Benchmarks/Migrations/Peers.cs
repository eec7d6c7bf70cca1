using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Benchmarks.Migrations;

/// <summary>The same small migration by other means, over the same databases.</summary>
internal static class Peers
{
    private const int Parallelism = 8;

    public static async Task<IReadOnlyList<(string Name, TimeSpan Took)>> RunAsync(BenchmarkFleet fleet, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("bench-peers-");
        try
        {
            List<(string, TimeSpan)> results = [("psql", await PsqlAsync(fleet, folder.FullName, ct))];
            if (await DbmateAsync(fleet, folder.FullName, ct) is { } dbmate) results.Add(("dbmate", dbmate));
            results.Add(("ef-migrate", await EfAsync(fleet, ct)));
            return results;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<TimeSpan> PsqlAsync(BenchmarkFleet fleet, string folder, CancellationToken ct)
    {
        var file = Path.Combine(folder, "psql.sql");
        await File.WriteAllTextAsync(file, "begin; alter table t1 add column psql int; commit;", ct);
        var admin = new NpgsqlConnectionStringBuilder(fleet.Admin);
        string[] command = ["xargs", "-P4", "-I{}", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", admin.Host!, "-p", admin.Port.ToString(CultureInfo.InvariantCulture), "-U", admin.Username!, "-d", "{}", "-f", file];
        return await RunAsync(command, ("PGPASSWORD", admin.Password!), fleet.Names, ct);
    }

    /// <summary>Null where its npm package cannot be installed.</summary>
    private static async Task<TimeSpan?> DbmateAsync(BenchmarkFleet fleet, string folder, CancellationToken ct)
    {
        using var install = Process.Start(new ProcessStartInfo("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "dbmate"]) { UseShellExecute = false })!;
        await install.WaitForExitAsync(ct);
        var binary = Path.Combine(folder, "node_modules", "@dbmate", "linux-x64", "bin", "dbmate");
        if (!File.Exists(binary))
        {
            Console.Error.WriteLine("dbmate's npm package could not be installed; its line is left out");
            return null;
        }

        var migrations = Directory.CreateDirectory(Path.Combine(folder, "dbmate"));
        await File.WriteAllTextAsync(Path.Combine(migrations.FullName, "20260101000000_step.sql"), "-- migrate:up\nalter table t1 add column dbmate int;\n\n-- migrate:down\n", ct);
        var admin = new NpgsqlConnectionStringBuilder(fleet.Admin);
        string[] command = ["xargs", $"-P{Parallelism}", "-I{}", "sh", "-c", $"DATABASE_URL=\"postgres://{admin.Username}:$PGPASSWORD@{admin.Host}:{admin.Port}/{{}}?sslmode=disable\" exec {binary} --migrations-dir {migrations.FullName} --no-dump-schema migrate >/dev/null"];
        return await RunAsync(command, ("PGPASSWORD", admin.Password!), fleet.Names, ct);
    }

    private static async Task<TimeSpan> EfAsync(BenchmarkFleet fleet, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(fleet.Names, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct }, async (name, token) =>
        {
            await using var context = new PeerContext(new DbContextOptionsBuilder<PeerContext>().UseNpgsql(fleet.ConnectionString(name)).Options);
            await context.Database.MigrateAsync(token);
        });
        return clock.Elapsed;
    }

    private static async Task<TimeSpan> RunAsync(string[] command, (string Name, string Value) variable, IEnumerable<string> input, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment[variable.Name] = variable.Value;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(string.Join('\n', input).AsMemory(), ct);
        process.StandardInput.Close();
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? clock.Elapsed : throw new InvalidOperationException($"{command[3]} failed with {process.ExitCode}");
    }
}
