using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace HetznerSimulator.Contract;

/// <summary>One method of one path of the document; its schemas are built when they are first needed.</summary>
internal sealed class ContractOperation
{
    private readonly JsonElement _operation;
    private readonly SchemaTranslation _translation;
    private readonly Dictionary<string, HashSet<string>?> _query;
    private readonly Lazy<JsonSchema?> _request;
    private readonly Dictionary<string, Lazy<JsonSchema?>> _responses;

    public ContractOperation(JsonElement operation, IEnumerable<JsonElement> parameters, SchemaTranslation translation)
    {
        _operation = operation;
        _translation = translation;
        _query = parameters.Where(p => p.GetProperty("in").GetString() == "query").ToDictionary(p => p.GetProperty("name").GetString()!, Allowed, StringComparer.Ordinal);
        _request = new(() => _operation.TryGetProperty("requestBody", out var body) ? Schema(body) : null);
        _responses = _operation.GetProperty("responses").EnumerateObject().ToDictionary(r => r.Name, r => new Lazy<JsonSchema?>(() => Schema(r.Value)), StringComparer.Ordinal);
    }

    /// <summary>Everything that is wrong with the request.</summary>
    public IEnumerable<string> CheckRequest(IEnumerable<KeyValuePair<string, string>> query, byte[] body) =>
        query.Select(CheckParameter).OfType<string>().Concat(CheckBody(body, _request.Value, _operation.TryGetProperty("requestBody", out var wanted) && wanted.TryGetProperty("required", out var required) && required.GetBoolean()));

    /// <summary>Everything that is wrong with the response.</summary>
    public IEnumerable<string> CheckResponse(int status, byte[] body) =>
        _responses.TryGetValue($"{status}", out var exact) || _responses.TryGetValue($"{status / 100}xx", out exact)
            ? CheckBody(body, exact.Value, required: true)
            : [$"status {status} is not documented"];

    private string? CheckParameter(KeyValuePair<string, string> parameter) =>
        !_query.TryGetValue(parameter.Key, out var allowed) ? $"query parameter '{parameter.Key}' is not documented"
        : allowed?.Contains(parameter.Value) == false ? $"query parameter '{parameter.Key}' may not be '{parameter.Value}'"
        : null;

    private static IEnumerable<string> CheckBody(byte[] body, JsonSchema? schema, bool required)
    {
        if (body.Length == 0)
        {
            return schema is not null && required ? ["the body is missing"] : [];
        }

        if (schema is null)
        {
            // The vendor's own clients send an empty object, or null, where no body is documented.
            return Encoding.UTF8.GetString(body) is "{}" or "null" ? [] : ["no body is documented"];
        }

        using var text = new JsonTextReader(new StreamReader(new MemoryStream(body), Encoding.UTF8)) { DateParseHandling = DateParseHandling.None };
        return schema.Validate(JToken.ReadFrom(text)).Select(e => $"{e.Path}: {e.Kind}");
    }

    /// <remarks>A text without references is read without waiting for anything; the library merely offers no other way to read one.</remarks>
    private JsonSchema? Schema(JsonElement owner) =>
        owner.TryGetProperty("content", out var content) && content.TryGetProperty("application/json", out var json)
            ? JsonSchema.FromJsonAsync(_translation.Translate(json.GetProperty("schema")).ToJsonString()).GetAwaiter().GetResult()
            : null;

    private static HashSet<string>? Allowed(JsonElement parameter)
    {
        var schema = parameter.GetProperty("schema");
        schema = schema.TryGetProperty("items", out var items) ? items : schema;
        return schema.TryGetProperty("enum", out var values) ? values.EnumerateArray().Select(v => v.ToString()).ToHashSet(StringComparer.Ordinal) : null;
    }
}
