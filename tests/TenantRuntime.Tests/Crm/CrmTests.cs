using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Crm;

public sealed partial class CrmTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task Every_page_shows_the_tenants_own_data()
    {
        await using var crm = await StartAsync("acme", "globex");
        using var acme = crm.ClientOf("acme");

        foreach (var (path, words) in new[] { ("/", "Open pipeline"), ("/deals", "Negotiation"), ("/tickets", "Waiting"), ("/contacts", "New contact"), ("/search?q=a", "found for") })
        {
            var page = await acme.GetStringAsync(path);

            page.ShouldContain(words);
            page.ShouldContain("Acme");
            page.ShouldNotContain("Globex");
        }
    }

    [Fact]
    public async Task Sample_data_is_made_once_and_differs_between_tenants()
    {
        await using var crm = await StartAsync("seed-one", "seed-two");
        using var one = crm.ClientOf("seed-one");
        using var two = crm.ClientOf("seed-two");

        var many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => one.GetStringAsync("/api/contacts")));
        var other = await two.GetStringAsync("/api/contacts");

        many.ShouldAllBe(m => m == many[0]);
        JsonDocument.Parse(many[0]).RootElement.GetArrayLength().ShouldBeInRange(16, 22);
        other.ShouldNotBe(many[0]);
    }

    [Fact]
    public async Task A_contact_is_added_through_the_form_and_found_by_search()
    {
        await using var crm = await StartAsync("forms");
        using var client = crm.ClientOf("forms");
        var token = AntiforgeryToken().Match(await client.GetStringAsync("/contacts")).Groups["token"].Value;
        var form = new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = token, ["name"] = "Ada <b>Byron</b>", ["company"] = "Engines & Co", ["email"] = "ada@engines.example",
        };

        using var answer = await client.PostAsync("/contacts", new FormUrlEncodedContent(form));

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await client.GetStringAsync("/contacts?q=byron")).ShouldContain("Ada &lt;b&gt;Byron&lt;/b&gt;");
        (await client.GetFromJsonAsync<JsonElement>("/api/search?q=engines")).GetArrayLength().ShouldBe(1);
        (await client.GetFromJsonAsync<JsonElement>("/api/search?q=%25")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_form_without_its_token_changes_nothing()
    {
        await using var crm = await StartAsync("forged");
        using var client = crm.ClientOf("forged");
        await client.GetStringAsync("/");

        using var answer = await client.PostAsync("/deals/1/stage", new FormUrlEncodedContent([new("stage", "Won")]));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Faults_of_a_new_contact_are_all_named()
    {
        await using var crm = await StartAsync("picky");
        using var client = crm.ClientOf("picky");

        using var answer = await client.PostAsJsonAsync("/api/contacts", new { name = "", company = " ", email = "nobody" });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var faults = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        faults.EnumerateObject().Select(f => f.Name).ShouldBe(["name", "company", "email"]);
    }

    [Fact]
    public async Task Who_am_I_names_slug_and_database_and_health_names_the_schema()
    {
        var route = await world.AddTenantAsync("whoami", CrmHost.Schema());
        await using var crm = await StartAsync();
        await SeesAsync(crm, route);
        using var client = crm.ClientOf("whoami");

        var who = await client.GetFromJsonAsync<JsonElement>("/api/whoami");
        var health = await client.GetFromJsonAsync<JsonElement>("/health/ready");

        who.GetProperty("slug").GetString().ShouldBe("whoami");
        who.GetProperty("database").GetString().ShouldBe(route.Database);
        health.GetProperty("schema").GetString().ShouldBe("20260119083000_Tickets");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AntiforgeryToken();

    private async Task<CrmHost> StartAsync(params string[] slugs)
    {
        var crm = new CrmHost(world.ControlPlane.Address);
        foreach (var slug in slugs)
        {
            await SeesAsync(crm, await world.AddTenantAsync(slug, CrmHost.Schema()));
        }

        return crm;
    }

    private static async Task SeesAsync(CrmHost crm, Route route)
    {
        var table = crm.Services.GetRequiredService<RouteTable>();
        await Eventually.Async(() => table.Revision >= route.Revision, TimeSpan.FromSeconds(10), $"{route} is served");
    }
}
