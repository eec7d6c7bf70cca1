using System.Text.Json;
using System.Text.Json.Serialization;

namespace TenantRuntime.Routes;

/// <summary>The wire format of routes, shared by both ends: camelCase names, enums by name.</summary>
public static class RouteJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };
}
