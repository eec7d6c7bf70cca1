using System.Text.Json;
using System.Text.Json.Serialization;

namespace HetznerSimulator.Http;

/// <summary>The cloud's way of writing JSON: snake_case members, labels as they are, nulls written out.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>A value as it stands in JSON and in queries.</summary>
    public static string Name(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static byte[] Write(object? body) => body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, Options);
}
