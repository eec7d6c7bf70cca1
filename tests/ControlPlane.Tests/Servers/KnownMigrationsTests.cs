using ControlPlane.Catalog;
using ControlPlane.Fleet;
using ControlPlane.Servers;
using Migrator.Sources;
using Support;

namespace ControlPlane.Tests.Servers;

/// <summary>Control planes that start on one catalog, with the application's migrations as they have them.</summary>
public sealed class KnownMigrationsTests : IAsyncLifetime
{
    private readonly TestDatabase catalog = new();

    public async Task InitializeAsync()
    {
        await catalog.InitializeAsync();
        await CatalogSchema.ApplyAsync(catalog.ConnectionString, CancellationToken.None);
    }

    public Task DisposeAsync() => catalog.DisposeAsync();

    [Fact]
    public async Task Nodes_with_the_same_files_agree_however_they_start()
    {
        await StartAsync("1", "3");
        var merged = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync("1", "2", "3")));
        var old = await StartAsync("1", "3");
        var again = await StartAsync("1", "2", "3");

        merged.Append(again).Select(Describe).Distinct(StringComparer.Ordinal).ShouldBe(["3 late 2, release 2 for 1 2"]);
        Describe(old).ShouldBe("3, release 1 for 1");
    }

    [Fact]
    public async Task With_the_same_newest_migration_a_run_waits_for_a_node_that_knows_the_late_one()
    {
        var old = await StartAsync("1", "3");
        var merged = await StartAsync("1", "2", "3");
        var next = await StartAsync("1", "2", "3", "4");
        var asked = new FleetRequest(Release: merged.Release);

        asked.WaitForRelease(old).ShouldNotBeNull().Why!.ShouldContain("one that knows all of release 2 must go on");
        asked.WaitForRelease(merged).ShouldBeNull();
        asked.WaitForRelease(next).ShouldBeNull();
        new FleetRequest(Release: old.Release).WaitForRelease(merged).ShouldBeNull();
        new FleetRequest().WaitForRelease(old).ShouldBeNull();
    }

    [Fact]
    public async Task Of_two_branches_neither_goes_on_for_the_other_until_they_are_merged()
    {
        var one = await StartAsync("1", "4");
        var other = await StartAsync("1", "3");
        var merged = await StartAsync("1", "3", "4");

        new FleetRequest(Release: one.Release).WaitForRelease(other).ShouldNotBeNull();
        new FleetRequest(Release: other.Release).WaitForRelease(one).ShouldNotBeNull();
        merged.StandsInFor.ShouldBe([1, 2, 3]);
        merged.Late.ShouldBe(["3"]);
    }

    [Fact]
    public async Task Another_text_of_a_repeatable_migration_or_of_a_way_back_is_another_release()
    {
        var before = await StartAsync(Make("1"), Make("R__views", "a"));
        var edited = await StartAsync(Make("1"), Make("R__views", "b"));
        var withDown = await StartAsync(Make("1") with { Down = [new("drop", 1, ["DROP"])] }, Make("R__views", "b"));

        new FleetRequest(Release: edited.Release).WaitForRelease(before).ShouldNotBeNull();
        new FleetRequest(Release: withDown.Release).WaitForRelease(edited).ShouldNotBeNull();
        new FleetRequest(Release: before.Release).WaitForRelease(withDown).ShouldBeNull();
    }

    [Fact]
    public async Task A_baseline_knows_what_it_has_taken_the_place_of()
    {
        var before = await StartAsync("1", "2");
        var squashed = await StartAsync(Make("2") with { Kind = MigrationKind.Baseline }, Make("3"));

        new FleetRequest(Release: before.Release).WaitForRelease(squashed).ShouldBeNull();
    }

    private static string Describe(ApplicationSchema schema) =>
        $"{schema.Wanted(new HashSet<string>()).Version}, release {schema.Release} for {string.Join(' ', schema.StandsInFor.Order())}";

    private static Migration Make(string version, string text = "x") => new()
    {
        Version = version,
        Name = "change",
        File = $"{version}.sql",
        Checksum = $"sha256:{text}",
        Up = [],
        Kind = version.StartsWith("R__", StringComparison.Ordinal) ? MigrationKind.Repeatable : MigrationKind.Versioned,
    };

    private Task<ApplicationSchema> StartAsync(params string[] versions) => StartAsync([.. versions.Select(v => Make(v))]);

    private Task<ApplicationSchema> StartAsync(params Migration[] migrations) =>
        KnownMigrations.NoteAsync(catalog.ConnectionString, new ApplicationSchema(migrations), CancellationToken.None);
}
