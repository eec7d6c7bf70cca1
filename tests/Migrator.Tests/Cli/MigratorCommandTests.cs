using System.Text.Json;
using Migrator.Cli;
using Migrator.Tests.Support;

namespace Migrator.Tests.Cli;

public sealed class MigratorCommandTests(MigratorCommandTests.Databases fixture) : IClassFixture<MigratorCommandTests.Databases>, IAsyncLifetime
{
    private readonly MigrationFolder folder = new();
    private readonly StringWriter output = new();
    private readonly StringWriter messages = new();

    private TenantFleet Fleet => fixture.Fleet;

    public async Task InitializeAsync()
    {
        foreach (var name in Fleet.Names) await Fleet.ExecuteAsync(name, "drop schema if exists migrator cascade; drop table if exists a, b cascade");
        folder.With("list", $"# our tenants\n{string.Join('\n', Fleet.Names.Select((name, i) => $"{name}\t{Fleet.ConnectionString(name)}\tring={i % 2},size={i}"))}\n");
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task From_new_to_down()
    {
        folder.With("1_a.sql", "create table a (id int)").With("1_a.down.sql", "drop table a").With("1_a.verify.sql", "select count(*) = 0 from a");

        (await RunAsync("plan")).ShouldBe(3);
        output.ToString().ShouldContain("pending 1_a");
        (await RunAsync("apply", "--dry-run")).ShouldBe(3);
        (await RunAsync("apply")).ShouldBe(0);
        output.ToString().ShouldContain("4 done");
        output.ToString().ShouldContain("4 at 1");
        (await RunAsync("status")).ShouldBe(0);
        (await RunAsync("verify")).ShouldBe(0);
        (await RunAsync("plan")).ShouldBe(0);

        await Fleet.ExecuteAsync(Fleet.Names[1], "insert into a values (1)");
        (await RunAsync("verify")).ShouldBe(1);
        output.ToString().ShouldContain("verify query returned false");

        (await RunAsync("down")).ShouldBe(0);
        (await Fleet.ScalarsAsync<long>("select count(*) from pg_tables where tablename = 'a'")).ShouldAllBe(count => count == 0);
        (await RunAsync("status")).ShouldBe(3);
    }

    [Fact]
    public async Task Databases_can_be_chosen_and_json_is_a_line_per_database_and_one_for_the_totals()
    {
        folder.With("1_a.sql", "create table a (id int)");
        (await RunAsync("apply", "--ring", "1", "--format", "json")).ShouldBe(0);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Count.ShouldBe(3);
        lines[0].GetProperty("state").GetString().ShouldBe("Done");
        lines[0].GetProperty("head").GetString().ShouldBe("1");
        lines[^1].GetProperty("states").GetProperty("Done").GetInt64().ShouldBe(2);

        (await RunAsync("apply", "--tenants", $"*{Fleet.Names[0][^3..]}", "--format", "json")).ShouldBe(0);
        output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        (await Fleet.ScalarsAsync<bool>("select to_regclass('a') is not null")).ShouldBe([true, true, false, true]);
    }

    [Fact]
    public async Task Failures_are_retried_after_the_fix_and_edited_files_are_accepted_by_repair()
    {
        folder.With("1_a.sql", "create table a (id int)");
        await Fleet.ExecuteAsync(Fleet.Names[3], "create table a (id int)");
        (await RunAsync("apply", "--canaries", "0")).ShouldBe(1);
        output.ToString().ShouldContain($"failed      {Fleet.Names[3]}");
        output.ToString().ShouldContain("1_a.sql:1: relation \"a\" already exists (42P07)");

        await Fleet.ExecuteAsync(Fleet.Names[3], "drop table a");
        (await RunAsync("apply", "--retry-failed", "--format", "json")).ShouldBe(0);
        output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);

        folder.With("1_a.sql", "create table a (id int /* a comment */)");
        (await RunAsync("apply")).ShouldBe(1);
        (await RunAsync("repair")).ShouldBe(0);
        (await RunAsync("apply")).ShouldBe(0);
    }

    [Fact]
    public async Task Databases_made_by_other_means_are_baselined()
    {
        folder.With("1_a.sql", "create table a (id int)").With("2_b.sql", "create table b (id int)");
        foreach (var name in Fleet.Names) await Fleet.ExecuteAsync(name, "create table a (id int)");
        (await RunAsync("baseline", "--to", "7")).ShouldBe(1);
        (await RunAsync("baseline", "--to", "1")).ShouldBe(0);
        (await RunAsync("baseline", "--to", "1")).ShouldBe(0);
        (await RunAsync("apply")).ShouldBe(0);
        (await RunAsync("baseline", "--to", "1")).ShouldBe(1);
        (await Fleet.ScalarsAsync<bool>("select to_regclass('b') is not null")).ShouldAllBe(exists => exists);
    }

    [Fact]
    public async Task Down_without_a_script_takes_nothing_back()
    {
        folder.With("1_a.sql", "create table a (id int)").With("2_b.sql", "create table b (id int)").With("2_b.down.sql", "drop table b");
        (await RunAsync("apply")).ShouldBe(0);
        (await RunAsync("down", "--to", "all")).ShouldBe(1);
        output.ToString().ShouldContain("1_a.down.sql");
        (await Fleet.ScalarsAsync<bool>("select to_regclass('b') is not null")).ShouldAllBe(exists => exists);
        (await RunAsync("down", "--to", "1")).ShouldBe(0);
        (await Fleet.ScalarsAsync<bool>("select to_regclass('b') is null")).ShouldAllBe(gone => gone);
    }

    [Fact]
    public async Task Drift_is_shown_object_by_object()
    {
        folder.With("1_a.sql", "create table a (id int)");
        (await RunAsync("apply")).ShouldBe(0);
        (await RunAsync("drift", "--template", Fleet.ConnectionString(Fleet.Names[0]))).ShouldBe(0);
        await Fleet.ExecuteAsync(Fleet.Names[1], "grant select on a to public");
        (await RunAsync("drift", "--template", Fleet.ConnectionString(Fleet.Names[0]))).ShouldBe(0);
        (await RunAsync("drift", "--privileges", "--template", Fleet.ConnectionString(Fleet.Names[0]))).ShouldBe(4);
        output.ToString().ShouldContain("~ relation privileges public.a");
        await Fleet.ExecuteAsync(Fleet.Names[2], "alter table a add column x int");
        (await RunAsync("drift", "--template", Fleet.ConnectionString(Fleet.Names[0]))).ShouldBe(4);
        output.ToString().ShouldContain($"drifted     {Fleet.Names[2]}");
        output.ToString().ShouldContain("+ column public.a.x: not expected");
    }

    [Fact]
    public async Task Lint_fails_for_what_is_dangerous_until_it_is_allowed()
    {
        folder.With("1_a.sql", "create table a (id int)").With("2_b.sql", "create index i on a (id)");
        string[] lint = ["lint", "--server", Fleet.ConnectionString("postgres"), "--from", "1", "--migrations", folder.Path];
        (await MigratorCommand.RunAsync(lint, output, messages)).ShouldBe(1);
        output.ToString().ShouldContain("DANGEROUS 2_b");
        output.ToString().ShouldContain("locks a: ShareLock");
        output.ToString().ShouldContain("CREATE INDEX CONCURRENTLY");
        folder.With("2_b.sql", "-- migrator:allow a is always small\ncreate index i on a (id)");
        (await MigratorCommand.RunAsync([.. lint, "--format", "json"], output, messages)).ShouldBe(0);
        output.ToString().ShouldContain("\"allowed\":\"a is always small\"");
    }

    [Fact]
    public async Task Template_migrates_prints_the_fingerprint_and_compares_it()
    {
        folder.With("1_a.sql", "create table a (id int)");
        (await RunAsync("template", "--tenants", Fleet.Names[0])).ShouldBe(0);
        var hash = output.ToString().Split("  ")[2];
        hash.Length.ShouldBe(64);
        (await RunAsync("template", "--tenants", Fleet.Names[0], "--expect", hash)).ShouldBe(0);
        await Fleet.ExecuteAsync(Fleet.Names[0], "alter table a add column x int");
        (await RunAsync("template", "--tenants", Fleet.Names[0], "--expect", hash)).ShouldBe(4);
    }

    [Fact]
    public async Task New_and_hash_write_files()
    {
        (await RunAsync("new", "Add Notes!", "--down")).ShouldBe(0);
        var files = Directory.GetFiles(folder.Path, "*_add_notes*.sql").Select(Path.GetFileName).Order().ToList();
        files.Count.ShouldBe(2);
        files[0].ShouldNotBeNull().ShouldEndWith("_add_notes.down.sql");
        folder.Read().Single().Name.ShouldBe("add_notes");
        (await RunAsync("hash")).ShouldBe(0);
        folder.Read().Count.ShouldBe(1);
        File.AppendAllText(Path.Combine(folder.Path, files[1]!), "select 1;");
        (await RunAsync("plan")).ShouldBe(1);
        messages.ToString().ShouldContain("hash");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("apply", "--max-failures", "many")]
    [InlineData("apply", "--lock-timeout", "soon")]
    [InlineData("baseline")]
    public async Task Wrong_usage_is_told_from_failure(params string[] arguments) =>
        (await MigratorCommand.RunAsync(arguments, output, messages)).ShouldBe(2);

    [Fact]
    public async Task Help_names_every_verb_and_every_exit_code()
    {
        (await MigratorCommand.RunAsync(["--help"], output, messages)).ShouldBe(0);
        foreach (var word in new[] { "new", "hash", "plan", "apply", "status", "drift", "verify", "down", "baseline", "repair", "lint", "template", "4 a schema has drifted" }) output.ToString().ShouldContain(word);
    }

    [Fact]
    public async Task A_list_with_a_bad_line_is_named_without_its_password()
    {
        folder.With("list", "a\tHost=h;Database=d;Password=secret;Nonsense=1");
        (await RunAsync("status")).ShouldBe(1);
        messages.ToString().ShouldContain("list:1");
        messages.ToString().ShouldNotContain("secret");
    }

    private async Task<int> RunAsync(string verb, params string[] arguments)
    {
        output.GetStringBuilder().Clear();
        string[] where = verb is "new" or "hash" ? [] : ["--list", Path.Combine(folder.Path, "list")];
        string[] journal = verb is "apply" or "down" or "baseline" or "repair" ? ["--journal", Path.Combine(folder.Path, "journal")] : [];
        return await MigratorCommand.RunAsync([verb, .. arguments, .. where, .. journal, "--migrations", folder.Path], output, messages);
    }

    public sealed class Databases : IAsyncLifetime
    {
        public TenantFleet Fleet { get; private set; } = null!;

        public async Task InitializeAsync() => Fleet = await TenantFleet.CreateAsync(4);

        public Task DisposeAsync() => Fleet.DisposeAsync().AsTask();
    }
}
