using Migrator.Cli;
using Migrator.Tests.Support;

namespace Migrator.Tests.Cli;

/// <summary>What each verb returns to the shell, by how things stand. Two databases: one of them may be broken.</summary>
public sealed class ExitCodeTests(ExitCodeTests.Databases fixture) : IClassFixture<ExitCodeTests.Databases>, IAsyncLifetime
{
    private const int Done = 0, Failed = 1, Usage = 2, Pending = 3, Drifted = 4;

    private readonly MigrationFolder folder = new();
    private readonly StringWriter said = new();

    private TenantFleet Fleet => fixture.Fleet;

    public async Task InitializeAsync()
    {
        foreach (var name in Fleet.Names) await Fleet.ExecuteAsync(name, "drop schema if exists migrator cascade; drop table if exists a, b, c cascade");
        folder.With("1_a.sql", "create table a (id int)").With("1_a.down.sql", "drop table a").With("2_b.sql", "create table b (id int)").With("2_b.down.sql", "drop table b");
        folder.With("list", string.Join('\n', Fleet.Names.Select(name => $"{name}\t{Fleet.ConnectionString(name)}")));
        folder.With("away", $"away\t{Fleet.ConnectionString("no_such_database")}");
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("new add_notes", Done)]
    [InlineData("new !?", Failed)]
    [InlineData("new", Usage)]
    [InlineData("hash", Done)]
    [InlineData("hash --nonsense", Usage)]
    [InlineData("lint --server SERVER --from 2", Done)]
    [InlineData("lint --server AWAY", Failed)]
    [InlineData("lint --nonsense", Usage)]
    public async Task Of_verbs_about_files(string line, int code) => (await TypeAsync(line)).ShouldBe(code, said.ToString());

    [Theory]
    [InlineData("plan", Pending, Done)]
    [InlineData("apply --dry-run", Pending, Done)]
    [InlineData("apply", Done, Done)]
    [InlineData("apply --to 1", Done, Done)]
    [InlineData("status", Pending, Done)]
    [InlineData("status --to 1", Pending, Done)]
    [InlineData("verify", Pending, Done)]
    [InlineData("down --to 1 --dry-run", Failed, Pending)]
    [InlineData("down --to 1", Failed, Done)]
    [InlineData("baseline --to 2 --dry-run", Pending, Done)]
    [InlineData("baseline --to 2", Done, Done)]
    [InlineData("repair --dry-run", Done, Done)]
    [InlineData("repair", Done, Done)]
    public async Task Of_verbs_about_databases(string line, int whenNew, int whenMigrated)
    {
        var verb = line.Split(' ')[0];
        (await TypeAsync($"{line} --list LIST")).ShouldBe(whenNew, said.ToString());
        (await TypeAsync("apply --list LIST")).ShouldBeOneOf(Done, Failed);
        (await TypeAsync($"{line} --list LIST")).ShouldBe(whenMigrated, said.ToString());

        (await TypeAsync($"{line} --list AWAY_LIST")).ShouldBe(Failed);
        (await TypeAsync($"{line} --list no-such-list")).ShouldBe(Failed);
        (await TypeAsync($"{line} --list LIST --nonsense")).ShouldBe(Usage);
        said.ToString().ShouldContain("--help");
        (await TypeAsync($"{verb} --parallel many")).ShouldBe(Usage);
    }

    [Fact]
    public async Task Of_a_dry_run_that_finds_something_to_do_and_changes_nothing()
    {
        (await TypeAsync("apply --list LIST")).ShouldBe(Done);
        folder.With("1_a.sql", "create table a (id int) -- edited");

        (await TypeAsync("verify --list LIST")).ShouldBe(Failed);
        (await TypeAsync("repair --dry-run --list LIST")).ShouldBe(Pending);
        said.ToString().ShouldContain("pending 1");
        (await TypeAsync("repair --dry-run --list LIST")).ShouldBe(Pending);
        (await TypeAsync("down --to 1 --dry-run --list LIST")).ShouldBe(Pending);
        (await Fleet.ScalarsAsync<bool>("select to_regclass('b') is not null")).ShouldAllBe(isThere => isThere);
    }

    [Fact]
    public async Task Of_what_is_wanted_only_up_to_a_version()
    {
        (await TypeAsync("apply --to 1 --list LIST")).ShouldBe(Done);

        (await TypeAsync("plan --to 1 --list LIST")).ShouldBe(Done);
        (await TypeAsync("plan --list LIST")).ShouldBe(Pending);
    }

    [Fact]
    public async Task Of_schemas_that_drifted()
    {
        (await TypeAsync("apply --list LIST")).ShouldBe(Done);
        (await TypeAsync("drift --template FIRST --list LIST")).ShouldBe(Done);
        (await TypeAsync("template --database FIRST --owner login")).ShouldBe(Done);
        await Fleet.ExecuteAsync(Fleet.Names[1], "create table c (id int)");

        (await TypeAsync("drift --template FIRST --list LIST")).ShouldBe(Drifted);
        (await TypeAsync("template --database FIRST --expect 0123 --owner login")).ShouldBe(Drifted);
        (await TypeAsync("drift --template FIRST --list AWAY_LIST")).ShouldBe(Failed);
        (await TypeAsync("drift --template AWAY --list LIST")).ShouldBe(Failed);
        (await TypeAsync("template --database AWAY")).ShouldBe(Failed);
        (await TypeAsync("drift --list LIST")).ShouldBe(Usage);
        (await TypeAsync("template --nonsense")).ShouldBe(Usage);
    }

    private Task<int> TypeAsync(string line)
    {
        said.GetStringBuilder().Clear();
        var words = line.Split(' ');
        string[] journal = words[0] is "apply" or "down" or "baseline" or "repair" ? ["--journal", In("journal")] : [];
        return MigratorCommand.RunAsync([.. words.Select(Word), "--migrations", folder.Path, .. journal], said, said);
    }

    private string In(string file) => Path.Combine(folder.Path, file);

    private string Word(string word) => word switch
    {
        "LIST" => In("list"),
        "AWAY_LIST" => In("away"),
        "SERVER" => Fleet.ConnectionString("postgres"),
        "AWAY" => Fleet.ConnectionString("no_such_database"),
        "FIRST" => Fleet.ConnectionString(Fleet.Names[0]),
        _ => word,
    };

    public sealed class Databases : IAsyncLifetime
    {
        public TenantFleet Fleet { get; private set; } = null!;

        public async Task InitializeAsync() => Fleet = await TenantFleet.CreateAsync(2);

        public Task DisposeAsync() => Fleet.DisposeAsync().AsTask();
    }
}
