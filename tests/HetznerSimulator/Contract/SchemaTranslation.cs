using System.Text.Json;
using System.Text.Json.Nodes;

namespace HetznerSimulator.Contract;

/// <summary>
/// Turns a schema of OpenAPI 3.0 into JSON Schema: references inlined, <c>nullable</c> as a second type, <c>allOf</c> merged, and objects closed,
/// so that a misspelt member is a fault and not an extra.
/// </summary>
internal sealed class SchemaTranslation(JsonElement components)
{
    /// <summary>Words that say nothing about what is valid, or that are translated.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal) { "example", "examples", "description", "title", "deprecated", "nullable", "default", "discriminator", "externalDocs" };

    /// <summary>Members that the document still requires and the API no longer sends (removed in July 2026).</summary>
    private const string Removed = "datacenter";

    public JsonObject Translate(JsonElement schema)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("allOf", out var parts))
        {
            return Merge(parts);
        }

        var result = new JsonObject();
        foreach (var member in schema.EnumerateObject().Where(m => !Dropped.Contains(m.Name) && !m.Name.StartsWith("x-", StringComparison.Ordinal)))
        {
            result[member.Name] = member.Name switch
            {
                "properties" => Properties(member.Value),
                "items" => Translate(member.Value),
                "oneOf" or "anyOf" => new JsonArray([.. member.Value.EnumerateArray().Select(Translate)]),
                "additionalProperties" when member.Value.ValueKind == JsonValueKind.Object => Translate(member.Value),
                "required" => Required(member.Value),
                _ => JsonNode.Parse(member.Value.GetRawText()),
            };
        }

        if (result.ContainsKey("properties"))
        {
            result.TryAdd("additionalProperties", false);
        }

        return schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean() ? OrNull(result) : result;
    }

    private JsonObject Merge(JsonElement parts)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var part in parts.EnumerateArray().Select(Translate))
        {
            foreach (var (name, value) in part["properties"]!.AsObject())
            {
                properties[name] = value!.DeepClone();
            }

            foreach (var name in part["required"]?.AsArray() ?? [])
            {
                required.Add(name!.DeepClone());
            }
        }

        return new() { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    private JsonObject Properties(JsonElement properties) =>
        new(properties.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, (JsonNode?)Translate(p.Value))));

    private static JsonArray Required(JsonElement names) =>
        new([.. names.EnumerateArray().Select(n => n.GetString()!).Where(n => n != Removed).Select(n => JsonValue.Create(n))]);

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is { } type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
            schema["enum"]?.AsArray().Add(null);
            return schema;
        }

        return new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = components.GetProperty("schemas").GetProperty(reference.GetString()!["#/components/schemas/".Length..]);
        }

        return schema;
    }
}
