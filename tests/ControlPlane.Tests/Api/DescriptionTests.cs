using System.Text.Json.Nodes;
using ControlPlane.Api;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Api;

public sealed class DescriptionTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Every_endpoint_is_described_with_its_answer_its_problems_and_how_to_authenticate()
    {
        var answer = await host.SendAsync(HttpMethod.Get, "/openapi/v1.json", key: null);
        answer.Status.ShouldBe(200);
        answer.Body["components"]!["securitySchemes"]!["apiKey"]!["scheme"]!.GetValue<string>().ShouldBe("bearer");
        var endpoints = host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<SendsAttribute>() is not null).ToList();
        endpoints.ShouldNotBeEmpty();
        foreach (var endpoint in endpoints)
        {
            var sends = endpoint.Metadata.GetMetadata<SendsAttribute>()!;
            var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0].ToLowerInvariant();
            var operation = answer.Body["paths"]![endpoint.RoutePattern.RawText!]![method];
            operation.ShouldNotBeNull(endpoint.RoutePattern.RawText);
            operation["responses"]![sends.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)].ShouldNotBeNull();
            operation["responses"]!["default"]!["content"]!["application/problem+json"].ShouldNotBeNull();
            operation["security"]![0]!["apiKey"].ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_body_is_described_without_what_is_in_the_route()
    {
        var document = (await host.SendAsync(HttpMethod.Get, "/openapi/v1.json", key: null)).Body;
        var edit = document["paths"]!["/v1/plans/{name}"]!["put"]!;
        var body = edit["requestBody"]!["content"]!["application/json"]!["schema"]!;
        body["properties"]!.AsObject().Select(p => p.Key).ShouldNotContain("name");
        body["required"]!.AsArray().Select(r => (string)r!).ShouldBe(["title", "connections", "priceCents", "currency"], ignoreOrder: true);
        edit["parameters"]!.AsArray().Select(Where).ShouldBe(["path name", "header Idempotency-Key"]);
        var list = document["paths"]!["/v1/keys"]!["get"]!;
        list["parameters"]!.AsArray().Select(Where).ShouldBe(["query revoked", "query limit", "query after"], ignoreOrder: true);

        static string Where(JsonNode? p) => $"{p!["in"]} {p["name"]}";
    }
}
