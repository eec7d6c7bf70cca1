using System.Text.Json;
using System.Text.Json.Serialization;

namespace Provisioner.Acme;

/// <summary>How the protocol writes JSON.</summary>
internal static class AcmeJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
