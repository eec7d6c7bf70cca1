using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Api;

/// <summary>Reads text of the query string or the route as the JSON that it stands for.</summary>
internal static class QueryText
{
    public static JsonObject Read(IQueryCollection query, IList<JsonPropertyInfo> members)
    {
        var given = new JsonObject();
        foreach (var (name, values) in query)
        {
            var type = members.FirstOrDefault(m => m.Name == name)?.PropertyType ?? typeof(string);
            given[name] = MemberValue.IsList(type)
                ? new JsonArray([.. values.Select(v => Parse(v!, type.GenericTypeArguments[0]))])
                : Parse(values.ToString(), type);
        }

        return given;
    }

    public static JsonNode Parse(string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(double))
        {
            try
            {
                return JsonNode.Parse(text) ?? JsonValue.Create(text);
            }
            catch (JsonException)
            {
                // Stays text, which the member's own check then refuses by name.
            }
        }

        return JsonValue.Create(text);
    }
}
