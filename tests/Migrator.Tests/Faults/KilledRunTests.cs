using System.Globalization;
using Migrator.Fingerprints;
using Migrator.Tests.Support;

namespace Migrator.Tests.Faults;

/// <summary>A run killed at any moment is finished by the next. Larger with CHAOS_SEED set, which also repeats its moments.</summary>
public sealed class KilledRunTests : IDisposable
{
    private static readonly string? Chaos = Environment.GetEnvironmentVariable("CHAOS_SEED");

    private readonly MigrationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_run_killed_at_any_moment_is_finished_by_the_next_and_nothing_runs_twice()
    {
        var seed = Chaos is null ? Random.Shared.Next() : int.Parse(Chaos, CultureInfo.InvariantCulture);
        var random = new Random(seed);
        var kills = Chaos is null ? 4 : 20;
        await using var fleet = await TenantFleet.CreateAsync(Chaos is null ? 30 : 300, "create table ran (version text); create table t (id int)");
        var list = Path.Combine(folder.Path, "list");
        await File.WriteAllLinesAsync(list, fleet.Names.Select(name => $"{name}\t{fleet.ConnectionString(name)}"));
        string[] apply = ["apply", "--list", list, "--migrations", folder.Path, "--journal", Path.Combine(folder.Path, "journal")];

        var met = 0;
        for (var version = 1; version <= kills; version++)
        {
            var index = version % 2 == 0;
            folder.With($"{version}_step.sql", index
                ? $"-- migrator:tx none\ncreate index concurrently i{version} on t (id)"
                : $"insert into ran values ('{version}'); alter table t add column c{version} int; select pg_sleep(0.01)");
            using var process = MigratorProcess.Start(apply);
            await Task.Delay(random.Next(150, Chaos is null ? 1200 : 2500), CancellationToken.None);
            met += process.HasExited ? 0 : 1;
            process.Kill();
            await process.WaitForExitAsync();
        }

        met.ShouldBeGreaterThan(kills / 2, $"seed {seed}: most runs were over before they were killed");
        var (exitCode, output) = await MigratorProcess.RunAsync(apply);

        exitCode.ShouldBe(0, $"seed {seed}: {output}");
        var expected = string.Join(',', Enumerable.Range(1, kills).Where(version => version % 2 == 1).Order());
        (await fleet.ScalarsAsync<string>("select string_agg(version, ',' order by version::int) from ran")).ShouldAllBe(ran => ran == expected, $"seed {seed}");
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in fleet.Names)
        {
            await using var connection = await fleet.OpenAsync(name);
            var fingerprint = await SchemaFingerprint.ComputeAsync(connection, new TenantRoles(Login: name));
            fingerprint.Objects.ShouldAllBe(o => !o.Definition.EndsWith("INVALID"), $"seed {seed}");
            hashes.Add(fingerprint.Hash);
        }

        hashes.Count.ShouldBe(1, $"seed {seed}");
    }
}
