using System.Text.Json.Nodes;
using ControlPlane.Tests.Cli;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Tests.Fleet;

/// <summary>What the command line makes of the answers about a run's end.</summary>
public sealed class MigrationVerbTests
{
    private const string Id = "01990000-0000-7000-8000-000000000001";

    [Theory]
    [InlineData("drift", "drifted", 4)]
    [InlineData("verify", "failed", 1)]
    [InlineData("verify", "behind", 3)]
    [InlineData("verify", "nothing", 0)]
    public async Task What_was_found_is_shown_and_is_the_exit_code(string verb, string found, int code)
    {
        await using var api = await ScriptedApi.StartAsync(http => http.Request.Path.Value switch
        {
            "/v1/migrations/databases" => ScriptedApi.Json(http.Request.Query["state"] == found
                ? $$"""{"items": [{"tenant": "acme", "server": "s-1", "state": "{{found}}", "version": "1", "attempts": 1, "error": null, "differences": ["+ index by_hand: not expected"]}], "next": null}"""
                : """{"items": [], "next": null}"""),
            var path => Operation(path),
        });
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync("migrations", verb, "--tenants", "acme", "globex", "--per-server", "4")).ShouldBe(code);

        api.Requests.First().ShouldSatisfyAllConditions(
            r => r.Line.ShouldBe($"POST /v1/migrations/{verb}"),
            r => r.Body.ShouldBe("""{"tenants":["acme","globex"],"perServer":4}"""));
        terminal.Out.Contains("by_hand").ShouldBe(code != 0);
    }

    [Theory]
    [InlineData(true, 1, "dangerous")]
    [InlineData(false, 0, "allowed")]
    public async Task A_rehearsal_shows_what_is_locked_and_the_safer_way(bool isDangerous, int code, string verdict)
    {
        var allowed = isDangerous ? "null" : "\"the table is small\"";
        await using var api = await ScriptedApi.StartAsync(http => http.Request.Path.Value switch
        {
            $"/v1/migrations/rehearsals/{Id}" => ScriptedApi.Json($$"""
                {"isDangerous": {{(isDangerous ? "true" : "false")}}, "migrations": [{"migration": "2_change", "milliseconds": 12, "isDangerous": {{(isDangerous ? "true" : "false")}},
                 "locks": [{"table": "notes", "mode": "AccessExclusiveLock", "milliseconds": 3}],
                 "findings": [{"file": "2_change.sql", "line": 1, "what": "It rewrites notes", "saferWay": "Add a column instead", "allowed": {{allowed}}}]}]}
                """),
            var path => Operation(path),
        });
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync("migrations", "lint", "--tenant", "acme")).ShouldBe(code);

        api.Requests.First().Body.ShouldBe("""{"copyOf":"acme"}""");

        terminal.Out.ShouldContain($"2_change: {verdict}, 12 ms");
        terminal.Out.ShouldContain("locks notes: AccessExclusiveLock, 3 ms");
        terminal.Out.ShouldContain(isDangerous ? "It rewrites notes. Add a column instead" : "Allowed: the table is small");
    }

    [Theory]
    [InlineData("""{"tenants":["acme"],"to":"20260101000000"}""", "down", "--tenants", "acme", "--to", "20260101000000", "--yes")]
    [InlineData("""{"rings":[2],"server":"s-1","to":"20260101000000"}""", "baseline", "--to", "20260101000000", "--ring", "2", "--server", "s-1", "--yes")]
    [InlineData("""{"forgetMissing":true}""", "repair", "--forget-missing", "--yes")]
    [InlineData("""{"parallel":4,"perServer":2,"maxFailures":"2%","lockTimeout":300,"to":"1"}""", "down", "--to", "1", "--parallel", "4", "--per-server", "2", "--max-failures", "2%", "--lock-timeout", "300")]
    [InlineData("""{"rings":[0],"perServer":2,"to":"1"}""", "retry-failed", "--to", "1", "--ring", "0", "--per-server", "2")]
    public async Task A_correction_asks_for_exactly_that(string body, params string[] words)
    {
        await using var api = await ScriptedApi.StartAsync(http => Operation(http.Request.Path.Value));
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync(["migrations", .. words, "--wait"])).ShouldBe(0);

        api.Requests.First().ShouldSatisfyAllConditions(r => r.Line.ShouldBe($"POST /v1/migrations/{words[0]}"), r => r.Body.ShouldBe(body));
    }

    [Theory]
    [InlineData("down --to 1", "behind", 3)]
    [InlineData("baseline --to 1", "failed", 1)]
    [InlineData("repair", "nothing", 0)]
    public async Task A_dry_run_asks_nobody_and_tells_by_its_exit_code_whether_there_is_something_to_do(string verb, string found, int code)
    {
        await using var api = await ScriptedApi.StartAsync(http => http.Request.Path.Value switch
        {
            "/v1/migrations/databases" => ScriptedApi.Json(http.Request.Query["state"] == found
                ? $$"""{"items": [{"tenant": "acme", "server": "s-1", "state": "{{found}}", "version": "2", "attempts": 1, "error": "would take back 2_x", "differences": []}], "next": null}"""
                : """{"items": [], "next": null}"""),
            var path => Operation(path),
        });
        var terminal = new Terminal(api.Address) { IsAttended = true, Input = "n" };

        (await terminal.TypeAsync(["migrations", .. verb.Split(' '), "--dry-run"])).ShouldBe(code);

        api.Requests.First().Body.ShouldContain("\"dryRun\":true");
        api.Requests.Where(r => r.Line.Contains("databases", StringComparison.Ordinal)).ShouldAllBe(r => r.Line.Contains(Id, StringComparison.Ordinal) && r.Line.Contains("work=correction", StringComparison.Ordinal));
        terminal.Out.Contains("would take back 2_x").ShouldBe(code != 0);
        terminal.Out.ShouldNotContain("[y/N]");
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("drift")]
    [InlineData("template")]
    [InlineData("status --databases")]
    [InlineData("down --to 1 --yes --wait")]
    [InlineData("repair --dry-run")]
    public async Task Every_verb_speaks_json_in_the_migrators_words_too(string verb)
    {
        await using var api = await ScriptedApi.StartAsync(http => http.Request.Path.Value is "/v1/migrations/databases" or "/v1/templates"
            ? ScriptedApi.Json("""{"items": [], "next": null}""")
            : Operation(http.Request.Path.Value));
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync(["migrations", .. verb.Split(' '), "--format", "json"])).ShouldBe(0);
        var said = terminal.Out;
        (await terminal.TypeAsync(["migrations", .. verb.Split(' '), "--json"])).ShouldBe(0);

        JsonNode.Parse(said).ShouldNotBeNull();
        terminal.Out.ShouldBe(said);
        (await terminal.TypeAsync(["migrations", .. verb.Split(' '), "--format", "xml"])).ShouldBe(2);
    }

    [Fact]
    public async Task Before_every_customer_is_changed_somebody_is_asked()
    {
        await using var api = await ScriptedApi.StartAsync(http => Operation(http.Request.Path.Value));
        var terminal = new Terminal(api.Address) { IsAttended = true, Input = "n" };

        (await terminal.TypeAsync("migrations", "down", "--to", "20260101000000")).ShouldBe(1);

        terminal.Out.ShouldContain("Take back everything after 20260101000000 from EVERY customer? [y/N]");
        api.Requests.ShouldBeEmpty();
        (await terminal.TypeAsync("migrations", "down")).ShouldBe(2);
    }

    [Fact]
    public async Task A_migration_is_begun_and_pinned_on_this_machine_alone()
    {
        var folder = Directory.CreateTempSubdirectory("controlplane-migrations-").FullName;
        var terminal = new Terminal("http://localhost:1");
        terminal.Set("ControlPlane__Migrations", folder);

        (await terminal.TypeAsync("migrations", "new", "Add Notes!", "--down")).ShouldBe(0);
        var files = terminal.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        files.ShouldAllBe(f => f.StartsWith(folder) && f.Contains("_add_notes.") && File.Exists(f));
        files.Length.ShouldBe(2);
        await File.AppendAllTextAsync(files[0], "create table notes (id integer);");
        (await terminal.TypeAsync("migrations", "hash", "--json")).ShouldBe(0);
        terminal.Out.ShouldContain("migrations.sum: 2 files");
        (await terminal.TypeAsync("migrations", "new", "!?", "--folder", folder)).ShouldBe(1);
        terminal.Error.ShouldContain("neither letters nor digits");
        (await terminal.TypeAsync("migrations", "new", "x", "--folder", files[0])).ShouldBe(1);
        terminal.Error.ShouldContain("made by EF Core");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Templates_are_built_and_their_fingerprints_shown()
    {
        await using var api = await ScriptedApi.StartAsync(http => http.Request.Path.Value switch
        {
            "/v1/templates" => ScriptedApi.Json(
                """{"items": [{"server": "s-1", "schemaVersion": "20260101000000", "fingerprint": "0123456789abcdef0123456789abcdef", "isNewest": true, "databases": 7}], "next": null}"""),
            var path => Operation(path),
        });
        var terminal = new Terminal(api.Address);

        (await terminal.TypeAsync("migrations", "template")).ShouldBe(0);

        api.Requests.First().Line.ShouldBe("POST /v1/migrations/template");
        terminal.Out.ShouldContain("0123456789abcdef");
        terminal.Out.ShouldContain("newest");
    }

    private static IResult Operation(string? path) => path?.StartsWith("/v1/operations/", StringComparison.Ordinal) == true
        ? ScriptedApi.Json($$"""
            {"operation": {"id": "{{Id}}", "workflow": "DriftSearch", "subject": "fleet", "state": "done", "createdAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:01Z"}, "steps": [], "log": []}
            """)
        : ScriptedApi.Json($$"""{"operation": "{{Id}}"}""", 202);
}
