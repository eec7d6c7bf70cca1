using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Cli;

/// <summary>Reads members of the API's answers as text for people.</summary>
internal static class JsonText
{
    /// <summary>The member as text; empty when it is null or absent.</summary>
    public static string TextOf(this JsonElement element, string member) =>
        !element.TryGetProperty(member, out var value) ? ""
        : value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(v => v.ToString())),
            _ => value.ToString(),
        };

    public static DateTimeOffset? TimeOf(this JsonElement element, string member) =>
        element.TextOf(member) is { Length: > 0 } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    public static bool Has(this JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null;
}
