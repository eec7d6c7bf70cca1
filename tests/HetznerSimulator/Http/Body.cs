using System.Text.Json;

namespace HetznerSimulator.Http;

/// <summary>A JSON object of a request; a field of the wrong kind is an <c>invalid_input</c> that names it.</summary>
internal sealed class Body(JsonElement element, string path = "")
{
    public static readonly Body Empty = new(JsonSerializer.Deserialize<JsonElement>("{}"));

    public bool Has(string name) => Find(name) is not null;

    public string Required(string name) => Text(name) is { Length: > 0 } text ? text : throw Invalid(name, "is required");

    public long RequiredNumber(string name) => Number(name) ?? throw Invalid(name, "is required");

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Invalid(name, "must be a string"),
    };

    /// <summary>A name or a number, as a string: the cloud takes either where it says "ID or name".</summary>
    public string? Key(string name) => Find(name) is { ValueKind: JsonValueKind.Number } value ? value.GetRawText() : Text(name);

    public long? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        _ => throw Invalid(name, "must be an integer"),
    };

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Invalid(name, "must be a boolean"),
    };

    public Body? Object(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new Body(value, $"{path}{name}."),
        _ => throw Invalid(name, "must be an object"),
    };

    public IReadOnlyList<Body> Objects(string name) => Elements(name)
        .Select((e, i) => e.ValueKind == JsonValueKind.Object ? new Body(e, $"{path}{name}.{i}.") : throw Invalid(name, "must hold objects")).ToList();

    public IReadOnlyList<long> Numbers(string name) =>
        Elements(name).Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out var number) ? number : throw Invalid(name, "must hold integers")).ToList();

    /// <summary>A list of names or numbers, as strings.</summary>
    public IReadOnlyList<string> Keys(string name) => Elements(name).Select(e => e.ValueKind switch
    {
        JsonValueKind.Number => e.GetRawText(),
        JsonValueKind.String => e.GetString()!,
        _ => throw Invalid(name, "must hold strings"),
    }).ToList();

    /// <summary>The labels, or null where none were sent; they replace all that were there.</summary>
    public IReadOnlyDictionary<string, string>? Labels()
    {
        if (Find("labels") is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
        {
            throw Invalid("labels", "must be an object of strings");
        }

        var labels = value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
        return Http.Labels.Check(labels) is { } fault ? throw Invalid("labels", fault) : labels;
    }

    public CloudException Invalid(string name, string fault) => CloudException.Invalid(path + name, fault);

    private IEnumerable<JsonElement> Elements(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => value.EnumerateArray(),
        _ => throw Invalid(name, "must be an array"),
    };

    private JsonElement? Find(string name) => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
