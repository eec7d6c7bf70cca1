using System.Text;
using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Access;

/// <summary>Requests that the document would not let through.</summary>
public sealed class BadRequestTests : CloudTest
{
    protected override SimulatorOptions Options => base.Options with { ValidateRequests = false };

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public async Task A_body_that_is_no_object_is_a_json_error(string body)
    {
        using var client = Client(Cloud.Token);

        var response = await client.PostAsync(new Uri($"{Cloud.Address}/servers"), new StringContent(body, Encoding.UTF8, "application/json"));

        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadAsStringAsync()).ShouldContain("json_error");
    }

    [Theory]
    [InlineData("name", 7)]
    [InlineData("labels", "text")]
    [InlineData("networks", "text")]
    [InlineData("firewalls", 3)]
    [InlineData("placement_group", "text")]
    [InlineData("start_after_create", "yes")]
    [InlineData("public_net", true)]
    [InlineData("datacenter", "fsn1-dc14")]
    public async Task A_field_of_the_wrong_kind_is_named(string field, object value)
    {
        var refused = (await CreateServerAsync("first", (field, value))).With(422);

        refused.ErrorCode.ShouldBe("invalid_input");
        refused.Text("error.details.fields.0.name").ShouldBe(field);
    }

    [Fact]
    public async Task A_field_within_an_object_is_named_by_its_path() =>
        (await CreateServerAsync("first", ("public_net", new { ipv4 = "text" }))).With(422).Text("error.details.fields.0.name").ShouldBe("public_net.ipv4");

    [Theory]
    [InlineData("/servers/17")]
    [InlineData("/servers/x")]
    [InlineData("/zones/example.com")]
    [InlineData("/nonsense")]
    public async Task What_does_not_exist_is_not_found(string path) => (await GetAsync(path)).With(404).ErrorCode.ShouldBe("not_found");
}
