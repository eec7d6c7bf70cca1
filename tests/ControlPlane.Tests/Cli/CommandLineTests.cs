using System.Text.Json.Nodes;

namespace ControlPlane.Tests.Cli;

public sealed class CommandLineTests
{
    private const string Problem = """{"status": 400, "code": "invalid_request", "detail": "d", "remedy": "Correct it.", "errors": {"slug": ["is reserved"], "plan": ["must be one of free"]}}""";

    [Theory]
    [InlineData("tenants create acme", "--plan")]
    [InlineData("tenants create acme --plan free --tier golden", "golden")]
    [InlineData("tenants nonsense", "nonsense")]
    [InlineData("operations list --state odd", "odd")]
    [InlineData("keys create anna", "--role")]
    public async Task What_makes_no_sense_is_exit_code_2_and_says_where_help_is(string line, string named)
    {
        var terminal = new Terminal("http://localhost:1");
        (await terminal.TypeAsync(line.Split(' '))).ShouldBe(2);
        terminal.Error.ShouldContain(named);
        terminal.Error.ShouldContain($"See: ctl {line.Split(' ')[0]}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("tenants")]
    [InlineData("tenants create")]
    [InlineData("servers add")]
    [InlineData("servers bootstrap")]
    [InlineData("operations watch")]
    [InlineData("audit verify")]
    [InlineData("doctor")]
    public async Task Help_teaches_with_examples(string verb)
    {
        var terminal = new Terminal("http://localhost:1");
        (await terminal.TypeAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).ShouldBe(0);
        terminal.Out.ShouldContain($"Usage:\n  ctl {verb}".TrimEnd());
        terminal.Out.ShouldContain("Examples:\n  ");
        terminal.Out[terminal.Out.IndexOf("Examples:", StringComparison.Ordinal)..].ShouldContain($"ctl {verb}".TrimEnd());
    }

    [Fact]
    public async Task When_nothing_answers_it_says_how_to_start()
    {
        var terminal = new Terminal("http://127.0.0.1:1");
        (await terminal.TypeAsync("plans", "list")).ShouldBe(1);
        terminal.Error.ShouldContain("Nothing answers at http://127.0.0.1:1");
        terminal.Error.ShouldContain("./run");
    }

    [Fact]
    public async Task A_missing_key_or_a_wrong_address_is_named()
    {
        var terminal = new Terminal("http://127.0.0.1:1", key: "");
        terminal.Set("CONTROLPLANE_KEY_FILE", "/nowhere/at/all.key");
        (await terminal.TypeAsync("plans", "list")).ShouldBe(1);
        terminal.Error.ShouldContain("/nowhere/at/all.key");
        terminal.Set("CONTROLPLANE_URL", "localhost");
        (await terminal.TypeAsync("plans", "list")).ShouldBe(2);
        terminal.Error.ShouldContain("CONTROLPLANE_URL is 'localhost'");
    }

    [Fact]
    public async Task Every_fault_of_what_was_typed_is_shown()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(Problem, 400));
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("tenants", "create", "admin", "--plan", "gold")).ShouldBe(2);
        terminal.Error.ShouldContain("slug is reserved");
        terminal.Error.ShouldContain("plan must be one of free");
        terminal.Error.ShouldContain("Correct it.");
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_sent_again_under_the_same_key()
    {
        var times = 0;
        await using var api = await ScriptedApi.StartAsync(http =>
        {
            if (times++ == 0)
            {
                http.Abort();
            }

            return times == 2 ? ScriptedApi.Json("""{"detail": "away", "remedy": "wait"}""", 503) : Microsoft.AspNetCore.Http.Results.NoContent();
        });
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("tenants", "resume", "acme")).ShouldBe(0);
        api.Requests.Count.ShouldBe(3);
        api.Requests.Select(r => r.IdempotencyKey).Distinct().Single().ShouldStartWith("ctl-");
        terminal.Out.ShouldContain("acme is open again.");
    }

    [Fact]
    public async Task A_servers_secret_comes_from_standard_input_or_a_file_and_never_from_an_argument()
    {
        const string Server = """{"name": "s2", "host": "db", "port": 5432, "maxDatabases": 10}""";
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(Server, 201));
        var terminal = new Terminal(api.Address) { Input = "Host=db;Password=canary\n" };
        (await terminal.TypeAsync("servers", "add", "s2", "--region", "here", "--warm", "3")).ShouldBe(0);
        api.Requests.TryDequeue(out var request).ShouldBeTrue();
        var body = JsonNode.Parse(request.Body)!;
        ((string)body["adminConnection"]!).ShouldBe("Host=db;Password=canary");
        body["warmTarget"]!.GetValue<int>().ShouldBe(3);
        body.AsObject().ContainsKey("maxDatabases").ShouldBeFalse();
        (terminal.Out + terminal.Error).ShouldNotContain("canary");
        (await terminal.TypeAsync("servers", "add", "s2", "--region", "here", "--admin-file", "/nowhere")).ShouldBe(2);
        (await new Terminal(api.Address).TypeAsync("servers", "add", "s2", "--region", "here")).ShouldBe(2);
    }

    [Fact]
    public async Task Names_stay_within_their_place_of_the_address()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json("""{"detail": "none", "remedy": "look"}""", 404));
        await new Terminal(api.Address).TypeAsync("tenants", "show", "../keys?x=1");
        api.Requests.Single().Line.ShouldStartWith("GET /v1/tenants/");
        api.Requests.Single().Line.ShouldNotContain("?x=1");
    }

    [Fact]
    public async Task A_person_is_asked_before_a_tenant_is_deleted_and_a_script_is_not()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json("""{"operation": "0198"}""", 202));
        (await new Terminal(api.Address) { IsAttended = true, Input = "n\n" }.TypeAsync("tenants", "delete", "acme")).ShouldBe(1);
        api.Requests.ShouldBeEmpty();
        (await new Terminal(api.Address) { IsAttended = true, Input = "y\n" }.TypeAsync("tenants", "delete", "acme")).ShouldBe(3);
        (await new Terminal(api.Address).TypeAsync("tenants", "delete", "acme", "--grace", "5")).ShouldBe(3);
        api.Requests.Last().Line.ShouldBe("DELETE /v1/tenants/acme?graceHours=5");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(null)]
    public async Task A_table_keeps_within_the_terminal_and_is_whole_in_a_pipe(int? width)
    {
        var error = new string('e', 100);
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json($$"""{"items": [{"id": "1", "error": "{{error}}"}], "next": null}"""));
        var terminal = new Terminal(api.Address) { Width = width };
        (await terminal.TypeAsync("operations", "list")).ShouldBe(0);
        terminal.Out.Contains(error, StringComparison.Ordinal).ShouldBe(width != 60);
        terminal.Out.Split('\n').Max(l => l.Length).ShouldBeLessThanOrEqualTo(width ?? 200);
    }

    [Fact]
    public async Task A_long_list_is_read_page_by_page_and_says_when_there_is_more()
    {
        await using var api = await ScriptedApi.StartAsync(http => ScriptedApi.Json(http.Request.Query["after"] == "b"
            ? """{"items": [{"name": "three"}], "next": "c"}"""
            : """{"items": [{"name": "one"}, {"name": "two"}], "next": "b"}"""));
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("servers", "list", "--limit", "3", "--json")).ShouldBe(0);
        JsonNode.Parse(terminal.Out)!.AsArray().Select(s => (string)s!["name"]!).ShouldBe(["one", "two", "three"]);
        terminal.Error.ShouldContain("--limit");
        api.Requests.Select(r => r.Line).ShouldBe(["GET /v1/servers?limit=3", "GET /v1/servers?limit=1&after=b"]);
    }
}
