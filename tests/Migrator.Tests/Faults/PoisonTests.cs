using System.Text.Json;
using Migrator.Tests.Support;

namespace Migrator.Tests.Faults;

/// <summary>A migration that fails from some database on. With CHAOS_SEED set it is the 200th of 300.</summary>
public sealed class PoisonTests : IDisposable
{
    private static readonly bool IsLarge = Environment.GetEnvironmentVariable("CHAOS_SEED") is not null;

    private readonly MigrationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_stops_within_the_budget_tells_exactly_who_is_where_and_after_the_fix_the_rest_is_finished()
    {
        var (all, good) = IsLarge ? (300, 199) : (30, 19);
        await using var fleet = await TenantFleet.CreateAsync(all, "create table t (id int)");
        foreach (var name in fleet.Names.Skip(good)) await fleet.ExecuteAsync(name, "insert into t values (null)");
        var list = Path.Combine(folder.Path, "list");
        await File.WriteAllLinesAsync(list, fleet.Names.Select(name => $"{name}\t{fleet.ConnectionString(name)}"));
        folder.With("1_id.sql", "alter table t alter id set not null");
        string[] apply = ["apply", "--list", list, "--migrations", folder.Path, "--journal", Path.Combine(folder.Path, "journal"), "--parallel", "4", "--format", "json"];

        var (exitCode, output) = await MigratorProcess.RunAsync([.. apply, "--max-failures", "3"]);

        exitCode.ShouldBe(1, output);
        var results = Results(output);
        var failed = results.Where(r => r.State == "Failed").Select(r => r.Target).ToList();
        failed.Count.ShouldBeInRange(4, 7);
        failed.ShouldBeSubsetOf(fleet.Names.Skip(good));
        var migrated = await fleet.ScalarsAsync<bool>("select attnotnull from pg_attribute where attrelid = 't'::regclass and attname = 'id'");
        results.Where(r => r.State == "Done").Select(r => r.Target).Order(StringComparer.Ordinal).ShouldBe(fleet.Names.Where((_, i) => migrated[i]));
        migrated.Count(m => m).ShouldBe(good);

        folder.With("1_id.sql", "delete from t where id is null; alter table t alter id set not null");
        (exitCode, output) = await MigratorProcess.RunAsync([.. apply, "--retry-failed"]);

        exitCode.ShouldBe(0, output);
        Results(output).Select(r => r.Target).Order(StringComparer.Ordinal).ShouldBe(fleet.Names.Skip(good));
        (await fleet.ScalarsAsync<bool>("select attnotnull from pg_attribute where attrelid = 't'::regclass and attname = 'id'")).ShouldAllBe(m => m);
    }

    private static List<(string Target, string State)> Results(string output) =>
    [
        .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith('{'))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(result => result.TryGetProperty("target", out _))
            .Select(result => (result.GetProperty("target").GetString()!, result.GetProperty("state").GetString()!)),
    ];
}
