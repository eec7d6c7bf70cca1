using System.Net.Http.Json;
using System.Text.Json;
using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Control;

public sealed class ControlTests : CloudTest
{
    [Fact]
    public async Task Faults_are_planned_shown_and_cleared_from_outside()
    {
        (await ControlAsync(HttpMethod.Post, "/faults", new { kind = "error", code = "unavailable", method = "POST", path = "/servers", times = 2 })).ShouldBe(204);

        (await CreateServerAsync()).With(503);
        var shown = await ReadAsync("/faults");
        (shown[0].GetProperty("fault").GetProperty("kind").GetString(), shown[0].GetProperty("fired").GetInt32()).ShouldBe(("error", 1));
        (await ControlAsync(HttpMethod.Delete, "/faults")).ShouldBe(200);
        (await CreateServerAsync()).With(201);
    }

    [Theory]
    [InlineData("""{"kind": "nonsense"}""")]
    [InlineData("""{"kind": "error", "pth": "/servers"}""")]
    [InlineData("""{"method": "POST"}""")]
    [InlineData("""{"kind": "error", "call": 0}""")]
    public async Task A_fault_that_is_misspelt_is_refused_and_says_why(string fault)
    {
        using var client = new HttpClient();

        var response = await client.PostAsync(Url("/faults"), new StringContent(fault, System.Text.Encoding.UTF8, "application/json"));

        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadAsStringAsync()).ShouldNotBeEmpty();
        Cloud.Faults.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_are_counted_by_method_and_path()
    {
        await CreateServerAsync();
        await GetAsync("/servers?per_page=50");
        await GetAsync("/servers/1");

        (await ReadAsync("/calls")).GetProperty("count").GetInt32().ShouldBe(3);
        var calls = await ReadAsync("/calls?method=GET&path=/servers/*");
        calls.GetProperty("count").GetInt32().ShouldBe(1);
        (calls.GetProperty("calls")[0].GetProperty("path").GetString(), calls.GetProperty("calls")[0].GetProperty("status").GetInt32()).ShouldBe(("/servers/1", 404));
        await ControlAsync(HttpMethod.Delete, "/calls");
        Cloud.Calls.Count().ShouldBe(0);
    }

    [Fact]
    public async Task Stock_limits_and_servers_are_set_from_outside()
    {
        (await ControlAsync(HttpMethod.Put, "/stock", new { type = "cx23", location = "fsn1" })).ShouldBe(204);
        (await ControlAsync(HttpMethod.Put, "/limits", new { kind = "server", limit = 3 })).ShouldBe(204);
        (await ControlAsync(HttpMethod.Post, "/servers", new { count = 3, prefix = "seed", labels = new { a = "b" } })).ShouldBe(204);

        (await CreateServerAsync()).With(412);
        (await CreateServerAsync("first", ("location", "hel1"))).With(403);
        var id = (await GetAsync("/servers?label_selector=a%3Db")).Id("servers.0.id");
        (await ControlAsync(HttpMethod.Delete, $"/servers/{id}?reuseAddress=true")).ShouldBe(204);
        (await GetAsync($"/servers/{id}")).With(404);
        (await ControlAsync(HttpMethod.Delete, $"/servers/{id}")).ShouldBe(404);
        (await ControlAsync(HttpMethod.Put, "/stock", new { type = "cx1", location = "fsn1" })).ShouldBe(400);
        (await ControlAsync(HttpMethod.Put, "/limits", new { kind = "moon", limit = 3 })).ShouldBe(400);
    }

    [ContractFact]
    public async Task What_the_document_does_not_allow_is_answered_with_500_and_kept()
    {
        await using var cloud = await Simulator.StartAsync(new SimulatorOptions(), CancellationToken.None);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", cloud.Token);

        var response = await client.PostAsJsonAsync(new Uri($"{cloud.Address}/ssh_keys"), new { name = "k", publickey = Key });

        ((int)response.StatusCode).ShouldBe(500);
        cloud.Violations.All.Single().ShouldContain("publickey");
        (await client.GetFromJsonAsync<string[]>(new Uri(cloud.Address, "/_simulator/violations")))!.Single().ShouldBe(cloud.Violations.All.Single());
    }

    private Uri Url(string path) => new(Cloud.Address, $"/_simulator{path}");

    private async Task<int> ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, Url(path)) { Content = body is null ? null : JsonContent.Create(body) };
        return (int)(await client.SendAsync(request)).StatusCode;
    }

    private async Task<JsonElement> ReadAsync(string path)
    {
        using var client = new HttpClient();
        return await client.GetFromJsonAsync<JsonElement>(Url(path));
    }
}
