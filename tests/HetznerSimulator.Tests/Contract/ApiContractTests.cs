using System.Text;
using HetznerSimulator.Contract;
using HetznerSimulator.Tests.World;

namespace HetznerSimulator.Tests.Contract;

public sealed class ApiContractTests
{
    private const string Document =
        """
        {"openapi": "3.0.3",
         "components": {"schemas": {"Named": {"type": "object", "properties": {"id": {"type": "integer"}, "datacenter": {"type": "string"}, "note": {"type": "string", "nullable": true}},
                                              "required": ["id", "datacenter", "note"]}}},
         "paths": {
           "/things": {"get": {"parameters": [{"name": "sort", "in": "query", "schema": {"type": "array", "items": {"type": "string", "enum": ["id", "id:desc"]}}}],
                               "responses": {"200": {"content": {"application/json": {"schema": {"type": "object", "properties": {"things": {"type": "array", "items": {"$ref": "#/components/schemas/Named"}}}, "required": ["things"]}}}},
                                             "4xx": {"content": {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}}}}}},
                       "post": {"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}, "kind": {"type": "string", "enum": ["a", "b"], "nullable": true}, "labels": {"type": "object", "additionalProperties": {"type": "string"}}}, "required": ["name"]}}}},
                                "responses": {"201": {"content": {"application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/Named"}, {"type": "object", "properties": {"mode": {"type": "string", "enum": ["x"]}}, "required": ["mode"]}]}}}}}}},
           "/things/{id}": {"delete": {"responses": {"204": {"description": "gone"}}}},
           "/things/actions": {"get": {"responses": {"204": {"description": "none"}}}}}}
        """;

    private readonly ApiContract _contract = new(Document);

    [Theory]
    [InlineData("""{"name": "x"}""")]
    [InlineData("""{"name": "x", "kind": null}""")]
    [InlineData("""{"name": "x", "kind": "a", "labels": {"any": "thing"}}""")]
    public void A_documented_request_passes(string body) => Request("POST", "/things", body);

    [Theory]
    [InlineData("""{"kind": "a"}""", "name")]
    [InlineData("""{"name": "x", "lables": {}}""", "lables")]
    [InlineData("""{"name": null}""", "name")]
    [InlineData("""{"name": "x", "kind": "c"}""", "kind")]
    [InlineData("""{"name": "x", "labels": {"n": 1}}""", "labels")]
    [InlineData("", "missing")]
    public void A_request_that_is_not_documented_is_refused_with_the_member_named(string body, string named) =>
        Should.Throw<ContractException>(() => Request("POST", "/things", body)).Message.ShouldContain(named);

    [Theory]
    [InlineData("?sort=name")]
    [InlineData("?sort=id&sort=name")]
    [InlineData("?order=id")]
    public void A_query_that_is_not_documented_is_refused(string query) =>
        Should.Throw<ContractException>(() => _contract.CheckRequest("GET", "/things", query, []));

    [Fact]
    public void A_documented_query_passes() => _contract.CheckRequest("GET", "/things", "?sort=id&sort=id%3Adesc", []);

    [Theory]
    [InlineData(200, """{"things": [{"id": 1, "note": null}]}""")]
    [InlineData(200, """{"things": [{"id": 1, "datacenter": "a", "note": "n"}]}""")]
    [InlineData(404, """{"error": "none"}""")]
    public void A_response_passes_with_and_without_the_removed_datacenter(int status, string body) => Response("GET", "/things", status, body);

    [Theory]
    [InlineData(200, """{"things": [{"id": 1}]}""")]
    [InlineData(200, """{"things": [{"id": null, "note": null}]}""")]
    [InlineData(200, """{"things": [{"id": 1, "note": null, "extra": 1}]}""")]
    [InlineData(200, """{}""")]
    [InlineData(200, "")]
    [InlineData(202, """{"things": []}""")]
    [InlineData(404, """{"fault": "none"}""")]
    public void A_response_that_is_not_documented_is_refused(int status, string body) =>
        Should.Throw<ContractException>(() => Response("GET", "/things", status, body));

    [Fact]
    public void Parts_of_a_whole_are_checked_together()
    {
        Response("POST", "/things", 201, """{"id": 1, "note": null, "mode": "x"}""");

        Should.Throw<ContractException>(() => Response("POST", "/things", 201, """{"id": 1, "note": null}"""));
        Should.Throw<ContractException>(() => Response("POST", "/things", 201, """{"id": 1, "note": null, "mode": "y"}"""));
    }

    [Fact]
    public void A_literal_path_is_preferred_to_a_parameter()
    {
        _contract.CheckRequest("GET", "/things/actions", "", []);

        Should.Throw<ContractException>(() => _contract.CheckRequest("GET", "/things/7", "", [])).Message.ShouldContain("GET /things/7");
        _contract.CheckResponse("DELETE", "/things/7", 204, []);
    }

    [ContractFact]
    public void The_official_document_knows_a_server_without_datacenter_but_not_without_location()
    {
        var official = ApiContract.Find()!;

        Should.Throw<ContractException>(() => official.CheckResponse("GET", "/locations/1", 200, """{"location": {"id": 1}}"""u8.ToArray())).Message.ShouldContain("network_zone");
        Should.Throw<ContractException>(() => official.CheckRequest("POST", "/servers", "", """{"name": "a", "image": "debian-12"}"""u8.ToArray())).Message.ShouldContain("server_type");
        var fault = Should.Throw<ContractException>(() => official.CheckResponse("GET", "/primary_ips/1", 200, """{"primary_ip": {}}"""u8.ToArray())).Message;
        fault.ShouldContain("location");
        fault.ShouldNotContain("datacenter");
    }

    private void Request(string method, string path, string body) => _contract.CheckRequest(method, path, "", Encoding.UTF8.GetBytes(body));

    private void Response(string method, string path, int status, string body) => _contract.CheckResponse(method, path, status, Encoding.UTF8.GetBytes(body));
}
