using System.Text.Json;
using System.Text.Json.Nodes;
using HetznerSimulator.Contract;

namespace Provisioner.Tests.Hetzner;

/// <summary>
/// Answers every request with what the official document calls valid: with everything that may be there, or with nothing that
/// may be missing. A request that the document does not allow is an error.
/// </summary>
/// <param name="bare">Whether to leave out what is optional and to send null where that is allowed.</param>
internal sealed class DocumentServer(bool bare) : HttpMessageHandler
{
    /// <summary>What the document still shows and Hetzner no longer sends.</summary>
    private const string Removed = "datacenter";

    private static readonly Lazy<JsonElement> Document = new(() => JsonDocument.Parse(File.ReadAllBytes(ApiContract.Locate()!)).RootElement);

    public List<string> Seen { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (method, path) = (request.Method.Method, request.RequestUri!.AbsolutePath["/v1".Length..]);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        ApiContract.Find()!.CheckRequest(method, Uri.UnescapeDataString(path), request.RequestUri.Query, body);
        Seen.Add($"{method} {path}");

        var response = Operation(method, path).GetProperty("responses").EnumerateObject().First(r => r.Name.StartsWith('2'));
        return new HttpResponseMessage((System.Net.HttpStatusCode)int.Parse(response.Name))
        {
            Content = response.Value.TryGetProperty("content", out var content) ? new StringContent(Answer(content.GetProperty("application/json").GetProperty("schema"))) : null,
        };
    }

    private static JsonElement Operation(string method, string path)
    {
        var parts = path.Split('/');
        return Document.Value.GetProperty("paths").EnumerateObject()
            .Select(p => (Parts: p.Name.Split('/'), p.Value))
            .Where(p => p.Parts.Length == parts.Length && p.Parts.Zip(parts).All(x => x.First == x.Second || x.First.StartsWith('{')))
            .OrderBy(p => p.Parts.Count(x => x.StartsWith('{')))
            .First().Value.GetProperty(method.ToLowerInvariant());
    }

    private string Answer(JsonElement schema)
    {
        // What an answer is about is always there, whatever the document says.
        var answer = new JsonObject();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            answer[property.Name] = Value(property.Value);
        }

        if (answer["meta"]?["pagination"] is JsonObject pagination)
        {
            pagination["next_page"] = null;
        }

        return answer.ToJsonString();
    }

    private JsonNode? Value(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Value(reference.GetString()!.Split('/').Skip(1).Aggregate(Document.Value, (at, name) => at.GetProperty(name)));
        }

        if (bare && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
        {
            return null;
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            return Value(choices[0]);
        }

        if (schema.TryGetProperty("allOf", out var parts))
        {
            return new JsonObject(parts.EnumerateArray().SelectMany(p => Value(p)!.AsObject().Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))));
        }

        return schema.GetProperty("type").GetString() switch
        {
            "object" => Object(schema),
            "array" => bare ? new JsonArray() : new JsonArray(Value(schema.GetProperty("items"))),
            "string" => Text(schema),
            "boolean" => true,
            "integer" => 1,
            _ => 1.5,
        };
    }

    private JsonObject Object(JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return new JsonObject { ["key"] = "value" };
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()).ToHashSet() : [];
        return new JsonObject(properties.EnumerateObject()
            .Where(p => p.Name != Removed && (!bare || required.Contains(p.Name)))
            .Select(p => KeyValuePair.Create(p.Name, Value(p.Value))));
    }

    private static string Text(JsonElement schema) =>
        schema.TryGetProperty("enum", out var values) ? values[0].GetString()!
        : schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" ? "2026-01-30T23:55:00Z"
        : schema.TryGetProperty("format", out format) && format.GetString() == "decimal" ? "1.1900000000"
        : "text";
}
