using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Access;

namespace ControlPlane.Tests.Api;

public sealed class BindingTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Every_fault_of_a_body_is_named_at_once()
    {
        var answer = await host.PostAsync("/probe/acme", """{"title": "far longer than twenty characters", "number": "many", "ends": "badly", "colour": 1}""");
        answer.Status.ShouldBe(400);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Code.ShouldBe("invalid_request");
        var errors = answer.Body["errors"]!;
        Text(errors, "title").ShouldBe("must be at most 20 characters");
        Text(errors, "number").ShouldBe("must be a whole number");
        Text(errors, "ends").ShouldBe("must be one of: well, refused, broken");
        Text(errors, "colour").ShouldContain("known are: title, password, ends, number");
        foreach (var member in new[] { "type", "title", "status", "code", "detail", "remedy", "traceId" })
        {
            answer.Body[member].ShouldNotBeNull(member);
        }
    }

    [Theory]
    [InlineData("{}", "title", "is required")]
    [InlineData("""{"title": null}""", "title", "is required")]
    [InlineData("""{"title": 1}""", "title", "must be text")]
    [InlineData("""{"title": "a", "number": 1.5}""", "number", "must be a whole number")]
    [InlineData("""{"title": "a", "number": 99999999999}""", "number", "must be a whole number")]
    [InlineData("""{"title": "a", "number": null}""", "number", "is required")]
    [InlineData("""{"title": "a\u0000b"}""", "title", "must be text")]
    [InlineData("""{"title": "a\ud800b"}""", "title", "must be text")]
    [InlineData("""{"title": "a", "slug": "other"}""", "slug", "is not known here; known are: title, password, ends, number")]
    [InlineData("""{"Title": "a"}""", "Title", "is not known here; known are: title, password, ends, number")]
    [InlineData("""{"title": "a", "ends": 1}""", "ends", "must be one of: well, refused, broken")]
    [InlineData("""{"title": "a", "title": "b"}""", "body", "must be well-formed JSON without duplicate members; it is not")]
    [InlineData("""{"title": "a" """, "body", "must be well-formed JSON without duplicate members; it is not at line 1, byte 15")]
    [InlineData("""["title"]""", "body", "must be a JSON object")]
    public async Task A_wrong_body_says_what_is_wrong(string body, string field, string message)
    {
        var before = host.ProbeCounts.Handled;
        var answer = await host.PostAsync("/probe/acme", body);
        answer.Status.ShouldBe(400, answer.Text);
        Text(answer.Body["errors"]!, field).ShouldBe(message);
        host.ProbeCounts.Handled.ShouldBe(before);
    }

    [Fact]
    public async Task Unknown_and_malformed_parameters_are_named()
    {
        var errors = (await host.GetAsync("/v1/audit?limit=many&outcome=odd&since=yesterday&colour=red")).Body["errors"]!;
        Text(errors, "limit").ShouldBe("must be a whole number");
        Text(errors, "outcome").ShouldBe("must be one of: done, refused, denied");
        Text(errors, "since").ShouldBe("must be a time such as 2026-01-31T12:00:00Z");
        Text(errors, "colour").ShouldContain("known are");
    }

    [Fact]
    public async Task Errors_of_http_itself_have_the_same_shape()
    {
        await ExpectAsync(await host.GetAsync("/nowhere"), 404, "not_found");
        await ExpectAsync(await host.SendAsync(HttpMethod.Get, "/nowhere", key: null), 404, "not_found");
        await ExpectAsync(await host.SendAsync(HttpMethod.Delete, "/v1/plans", host.AdminKey), 405, "method_not_allowed");
        await ExpectAsync(await host.PostAsync("/probe/acme", new { title = new string('x', 2_000_000) }), 413, "too_large");
        using var form = new HttpRequestMessage(HttpMethod.Post, "/probe/acme");
        form.Headers.Authorization = new("Bearer", host.AdminKey);
        form.Content = new StringContent("title=a", Encoding.UTF8, "application/x-www-form-urlencoded");
        await ExpectAsync(await host.SendAsync(form), 415, "unsupported_media_type");

        static Task ExpectAsync(ApiHost.Answer answer, int status, string code)
        {
            answer.Status.ShouldBe(status);
            answer.Code.ShouldBe(code);
            answer.ContentType.ShouldBe("application/problem+json");
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("GET", "/v1/runtime/changes", null, "after")]
    [InlineData("GET", "/v1/runtime/changes?after=x", null, "after")]
    [InlineData("POST", "/v1/runtime/acknowledgements", "{", "JSON")]
    [InlineData("POST", "/v1/runtime/acknowledgements", "{}", "JSON")]
    public async Task Endpoints_that_send_no_request_refuse_in_the_same_shape(string method, string path, string? body, string named)
    {
        var answer = await host.SendAsync(new HttpMethod(method), path, await host.KeyAsync(Role.Runtime), body);
        answer.Status.ShouldBe(400, answer.Text);
        answer.Code.ShouldBe("invalid_request");
        ((string)answer.Body["detail"]!).ShouldContain(named);
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_tells_nothing_but_where_to_look()
    {
        var answer = await host.PostAsync("/probe/acme", new { title = "a", ends = Probe.End.Broken });
        answer.Status.ShouldBe(500);
        answer.Code.ShouldBe("internal_error");
        answer.Text.ShouldNotContain("probe", Case.Insensitive);
        host.Log.Lines.ShouldContain(l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("The probe is broken.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_is_listed_shown_and_edited()
    {
        var plans = (await host.GetAsync("/v1/plans")).Body["items"]!.AsArray();
        plans.Select(p => (string)p!["name"]!).ShouldBe(["free", "starter", "professional", "enterprise"]);
        var starter = (await host.GetAsync("/v1/plans/starter")).Body.AsObject();
        starter["users"]!.GetValue<int>().ShouldBe(20);
        starter["users"] = null;
        starter["priceCents"] = 3100;
        starter.Remove("name");
        var edited = await host.SendAsync(HttpMethod.Put, "/v1/plans/starter", host.AdminKey, starter);
        edited.Status.ShouldBe(200, edited.Text);
        (await host.GetAsync("/v1/plans/starter")).Body["priceCents"]!.GetValue<int>().ShouldBe(3100);
        starter["currency"] = "euro";
        starter["connections"] = 0;
        starter["users"] = 0;
        (await host.SendAsync(HttpMethod.Put, "/v1/plans/starter", host.AdminKey, starter)).Body["errors"]!.AsObject().Select(e => e.Key)
            .ShouldBe(["currency", "connections", "users"], ignoreOrder: true);
        (await host.GetAsync("/v1/plans/gold")).Code.ShouldBe("plan_not_found");
    }

    private static string Text(JsonNode errors, string field) => (string)errors[field]![0]!;
}
