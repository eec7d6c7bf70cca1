using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Dns;

public sealed class DnsTests : CloudTest
{
    private const string Sets = "/zones/example.com/rrsets";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (await PostAsync("/zones", new { name = "example.com", mode = "primary", ttl = 300 })).With(201);
    }

    [Fact]
    public async Task A_zone_exists_once_and_is_found_by_name_and_by_id()
    {
        (await PostAsync("/zones", new { name = "example.com", mode = "primary" })).With(409).ErrorCode.ShouldBe("uniqueness_error");

        var zone = (await GetAsync("/zones/example.com")).With(200);
        (await GetAsync($"/zones/{zone.Id("zone.id")}")).Text("zone.name").ShouldBe("example.com");
        (await GetAsync(Sets)).List("rrsets").ConvertAll(s => s.GetProperty("type").GetString()).ShouldBe(["NS", "SOA"]);
        (await PostAsync("/zones", new { name = "Not A Domain", mode = "primary" })).With(422);
    }

    [Fact]
    public async Task A_set_that_exists_is_not_made_again_but_set()
    {
        (await PostAsync(Sets, A("*.app", "198.18.0.1"))).With(201).Text("rrset.id").ShouldBe("*.app/A");

        (await PostAsync(Sets, A("*.app", "198.18.0.2"))).With(409).ErrorCode.ShouldBe("uniqueness_error");
        (await PostAsync($"{Sets}/*.app/A/actions/set_records", new { records = Values("198.18.0.2") })).With(201);
        (await GetAsync($"{Sets}/*.app/A")).Text("rrset.records.0.value").ShouldBe("198.18.0.2");
        (await PostAsync($"{Sets}/missing/A/actions/set_records", new { records = Values("198.18.0.2") })).With(404);
    }

    [Fact]
    public async Task Adding_makes_a_set_and_removing_its_last_record_removes_it()
    {
        const string Set = $"{Sets}/_acme-challenge/TXT";

        (await PostAsync($"{Set}/actions/add_records", new { ttl = 60, records = Values("\"one\"") })).With(201);
        (await PostAsync($"{Set}/actions/add_records", new { records = Values("\"two\"") })).With(201);
        (await PostAsync($"{Set}/actions/add_records", new { records = Values("\"two\"") })).With(409);
        (await GetAsync(Set)).List("rrset.records").Count.ShouldBe(2);
        (await PostAsync($"{Set}/actions/remove_records", new { records = Values("\"three\"") })).With(404);
        (await PostAsync($"{Set}/actions/remove_records", new { records = Values("\"one\"", "\"two\"") })).With(201);

        (await GetAsync(Set)).With(404);
    }

    [Theory]
    [InlineData("A", "300.1.1.1")]
    [InlineData("A", "2001:db8::1")]
    [InlineData("AAAA", "198.18.0.1")]
    [InlineData("TXT", "not quoted")]
    [InlineData("TXT", "\"open")]
    [InlineData("TXT", "\"one\" and \"two\"")]
    public async Task A_value_must_fit_its_type(string type, string value) =>
        (await PostAsync(Sets, new { name = "x", type, records = Values(value) })).With(422).Text("error.details.fields.0.name").ShouldBe("records.0.value");

    [Fact]
    public async Task A_long_text_is_quoted_in_pieces_of_255()
    {
        var (piece, tooLong) = ($"\"{new string('x', 255)}\"", $"\"{new string('x', 256)}\"");

        (await PostAsync(Sets, new { name = "long", type = "TXT", records = Values($"{piece} {piece}") })).With(201);
        (await PostAsync(Sets, new { name = "longer", type = "TXT", records = Values(tooLong) })).With(422);
    }

    [Fact]
    public async Task A_cname_stands_alone()
    {
        (await PostAsync(Sets, new { name = "www", type = "CNAME", records = Values("app.example.com.") })).With(201);

        (await PostAsync(Sets, A("www", "198.18.0.1"))).With(422);
        (await PostAsync(Sets, new { name = "two", type = "CNAME", records = Values("a.example.com.", "b.example.com.") })).With(422);
        (await PostAsync(Sets, A("same", "198.18.0.1", "198.18.0.1"))).With(422);
    }

    [Fact]
    public async Task What_is_protected_is_not_changed()
    {
        (await PostAsync(Sets, A("www", "198.18.0.1"))).With(201);
        await PostAsync($"{Sets}/www/A/actions/change_protection", new { change = true });
        await PostAsync("/zones/example.com/actions/change_protection", new { delete = true });

        (await PostAsync($"{Sets}/www/A/actions/set_records", new { records = Values("198.18.0.2") })).With(423).ErrorCode.ShouldBe("protected");
        (await DeleteAsync($"{Sets}/www/A")).With(423);
        (await DeleteAsync("/zones/example.com")).With(423);
    }

    private static object A(string name, params string[] addresses) => new { name, type = "A", records = Values(addresses) };

    private static object[] Values(params string[] values) => [.. values.Select(value => new { value })];
}
