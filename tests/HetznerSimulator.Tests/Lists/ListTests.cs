using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Lists;

public sealed class ListTests : CloudTest
{
    [Fact]
    public async Task Following_the_next_page_visits_every_server_once()
    {
        Cloud.AddServers(120, "seed", new Dictionary<string, string>());
        var (seen, page) = (new List<long>(), (int?)1);

        while (page is not null)
        {
            var reply = (await GetAsync($"/servers?page={page}&per_page=50")).With(200);
            seen.AddRange(reply.List("servers").Select(s => s.GetProperty("id").GetInt64()));
            reply["meta.pagination.total_entries"].GetInt32().ShouldBe(120);
            reply["meta.pagination.last_page"].GetInt32().ShouldBe(3);
            page = reply["meta.pagination.next_page"] is { ValueKind: System.Text.Json.JsonValueKind.Number } next ? next.GetInt32() : null;
        }

        seen.Distinct().Count().ShouldBe(120);
        Cloud.Calls.Count("GET", "/servers").ShouldBe(3);
    }

    [Theory]
    [InlineData("per_page=51")]
    [InlineData("per_page=0")]
    [InlineData("page=0")]
    [InlineData("page=x")]
    public async Task A_page_that_cannot_be_is_refused(string query) => (await GetAsync($"/ssh_keys?{query}")).With(422).ErrorCode.ShouldBe("invalid_input");

    [Fact]
    public async Task A_page_behind_the_last_is_empty_and_25_is_the_usual_size()
    {
        Cloud.AddServers(30, "seed", new Dictionary<string, string>());

        (await GetAsync("/servers")).List("servers").Count.ShouldBe(25);
        (await GetAsync("/servers?page=3")).With(200).List("servers").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tier", "a b c")]
    [InlineData("!tier", "d")]
    [InlineData("tier=shared", "a b")]
    [InlineData("tier==dedicated", "c")]
    [InlineData("tier!=shared", "c d")]
    [InlineData("tier=shared,env!=test", "b")]
    [InlineData("env in (test,live)", "a c")]
    [InlineData("env in (test, live),tier=dedicated", "c")]
    [InlineData("env notin (test)", "b c d")]
    [InlineData("example.com/x", "b")]
    [InlineData("none", "")]
    public async Task A_selector_leaves_what_it_says(string selector, string names)
    {
        await AddNetworksAsync();

        var found = (await GetAsync($"/networks?label_selector={Uri.EscapeDataString(selector)}")).With(200);

        string.Join(' ', found.List("networks").Select(n => n.GetProperty("name").GetString())).ShouldBe(names);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("env in test")]
    [InlineData("=x")]
    public async Task A_text_that_is_no_selector_is_refused(string selector) =>
        (await GetAsync($"/networks?label_selector={Uri.EscapeDataString(selector)}")).With(422);

    [Fact]
    public async Task Lists_are_sorted_and_filtered_as_asked()
    {
        await AddNetworksAsync();
        Cloud.AddServers(2, "seed", new Dictionary<string, string>());
        var off = (await CreateServerAsync("off", ("start_after_create", false))).Id("server.id");

        (await GetAsync("/networks?sort=name:desc")).List("networks").ConvertAll(n => n.GetProperty("name").GetString()).ShouldBe(["d", "c", "b", "a"]);
        (await GetAsync("/networks?name=b")).List("networks").Count.ShouldBe(1);
        (await GetAsync("/servers?status=off")).Id("servers.0.id").ShouldBe(off);
        (await GetAsync("/servers?status=off&status=running")).List("servers").Count.ShouldBe(3);
    }

    private async Task AddNetworksAsync()
    {
        await AddAsync("a", new() { ["tier"] = "shared", ["env"] = "test" });
        await AddAsync("b", new() { ["tier"] = "shared", ["example.com/x"] = "" });
        await AddAsync("c", new() { ["tier"] = "dedicated", ["env"] = "live" });
        await AddAsync("d", []);
        async Task AddAsync(string name, Dictionary<string, string> labels) => (await PostAsync("/networks", new { name, ip_range = "10.0.0.0/16", labels })).With(201);
    }
}
