using System.Text.Json.Serialization;

namespace Provisioner.Dns.Cloudflare;

/// <summary>Cloudflare's JSON. What we need and is missing in an answer is an error, never a default.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<CloudflareRecord>))]
[JsonSerializable(typeof(List<CloudflareZone>))]
[JsonSerializable(typeof(CloudflareRecordBody))]
[JsonSerializable(typeof(CloudflarePage))]
internal sealed partial class CloudflareJson : JsonSerializerContext;
