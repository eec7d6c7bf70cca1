using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Benchmarks.Onboarding;
using Npgsql;

namespace Benchmarks.Moves;

/// <summary>What people use to bring a database to another server; nobody may write there meanwhile.</summary>
/// <param name="from">Connection string of the server.</param>
/// <param name="to">Of the other one.</param>
internal sealed class Copies(string from, string database, string to)
{
    private const string Made = "peer";

    private readonly NpgsqlConnectionStringBuilder source = new(from);
    private readonly NpgsqlConnectionStringBuilder target = new(to);

    public async Task<TimeSpan> DumpAndRestoreAsync(CancellationToken ct) => await TimeAsync(
        new ProcessStartInfo("bash", ["-c", $"set -o pipefail; pg_dump -Fc -Z0 -x -O {Login(source)} {database} | PGPASSWORD=$TARGET pg_restore -x -O {Login(target)} -d {Made}"])
        {
            Environment = { ["PGPASSWORD"] = source.Password, ["TARGET"] = target.Password },
        },
        ct) ?? throw new InvalidOperationException("There is no bash.");

    /// <summary>pgcopydb, table by table at once; null where Debian's package is not installed.</summary>
    public Task<TimeSpan?> CloneAsync(CancellationToken ct) => TimeAsync(
        new ProcessStartInfo("pgcopydb", ["clone", "--no-owner", "--no-acl", "--table-jobs", "4", "--index-jobs", "4", "--dir", Path.Combine(Path.GetTempPath(), $"pgcopydb-{Guid.CreateVersion7():N}")])
        {
            Environment = { ["PGCOPYDB_SOURCE_PGURI"] = Address(source, database), ["PGCOPYDB_TARGET_PGURI"] = Address(target, Made) },
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        },
        ct);

    private async Task<TimeSpan?> TimeAsync(ProcessStartInfo start, CancellationToken ct)
    {
        await using var there = NpgsqlDataSource.Create(to);
        await Town.ExecuteAsync(there, $"create database {Made}", ct);
        try
        {
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            var said = start.RedirectStandardError ? Task.WhenAll(process.StandardError.ReadToEndAsync(ct), process.StandardOutput.ReadToEndAsync(ct)) : Task.FromResult<string[]>([]);
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 ? clock.Elapsed : throw new InvalidOperationException($"{start.FileName} failed: {string.Join(' ', await said)}");
        }
        catch (Win32Exception)
        {
            return null;
        }
        finally
        {
            await Town.ExecuteAsync(there, $"drop database {Made} with (force)", ct);
        }
    }

    private static string Login(NpgsqlConnectionStringBuilder login) => string.Create(CultureInfo.InvariantCulture, $"-h {login.Host} -p {login.Port} -U {login.Username}");

    private static string Address(NpgsqlConnectionStringBuilder login, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{login.Username}:{Uri.EscapeDataString(login.Password!)}@{login.Host}:{login.Port}/{name}");
}
