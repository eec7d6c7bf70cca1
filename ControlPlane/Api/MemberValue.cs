using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Api;

/// <summary>Checks one member of a request by itself, so that the next one can be checked too.</summary>
internal static class MemberValue
{
    /// <summary>Null when the value fits the member.</summary>
    public static Fault? FaultOf(JsonPropertyInfo member, JsonNode? value)
    {
        if (value is null)
        {
            return IsNullable(member) ? null : new(member.Name, "is required");
        }

        try
        {
            value.Deserialize(member.PropertyType, ApiJson.Options);
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which no text holds.
            return new(member.Name, $"must be {Wanted(member.PropertyType)}");
        }
        catch (JsonException error)
        {
            // The path within the member: "$[1]" or "$.name".
            var inner = error.Path is { Length: > 1 } path ? path[1..] : "";
            return new(member.Name + inner, inner.Length == 0 ? $"must be {Wanted(member.PropertyType)}" : "is malformed");
        }
    }

    /// <summary>A harmless value of the member's type.</summary>
    public static bool TryPlaceholder(JsonPropertyInfo member, out JsonNode? value)
    {
        var type = member.PropertyType;
        value = null;
        if (!IsNullable(member))
        {
            value = type == typeof(string) ? JsonValue.Create("")
                : type.IsValueType ? JsonSerializer.SerializeToNode(Activator.CreateInstance(type), ApiJson.Options)
                : IsList(type) ? new JsonArray()
                : null;
        }

        return value is not null || IsNullable(member);
    }

    public static bool IsList(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    public static bool IsNullable(JsonPropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is not null
        || (!member.PropertyType.IsValueType && (member.AssociatedParameter?.IsNullable ?? member.IsSetNullable));

    private static string Wanted(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        return type.IsEnum ? $"one of: {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}"
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(double) ? "a number"
            : type == typeof(bool) ? "true or false"
            : type == typeof(Guid) ? "an id such as 01890a5d-ac96-774b-bcce-b302099a8057"
            : type == typeof(DateTimeOffset) ? "a time such as 2026-01-31T12:00:00Z"
            : IsList(type) ? "a list"
            : type == typeof(string) ? "text"
            : "an object";
    }
}
