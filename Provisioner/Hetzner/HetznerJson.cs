using System.Text.Json.Serialization;
using Provisioner.Hetzner.Actions;
using Provisioner.Hetzner.Images;
using Provisioner.Hetzner.Networks;
using Provisioner.Hetzner.Prices;
using Provisioner.Hetzner.Servers;
using Provisioner.Hetzner.Zones;

namespace Provisioner.Hetzner;

/// <summary>Hetzner's JSON. What we need and is missing in an answer is an error, never a default.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HetznerAction))]
[JsonSerializable(typeof(HetznerServer))]
[JsonSerializable(typeof(HetznerPlacementGroup))]
[JsonSerializable(typeof(HetznerSshKey))]
[JsonSerializable(typeof(HetznerImage))]
[JsonSerializable(typeof(HetznerNetwork))]
[JsonSerializable(typeof(HetznerFirewall))]
[JsonSerializable(typeof(HetznerPrimaryIp))]
[JsonSerializable(typeof(HetznerServerType))]
[JsonSerializable(typeof(HetznerLocation))]
[JsonSerializable(typeof(HetznerPricing))]
[JsonSerializable(typeof(HetznerZone))]
[JsonSerializable(typeof(HetznerRecordSet))]
[JsonSerializable(typeof(LabelsBody))]
[JsonSerializable(typeof(ProtectionBody))]
[JsonSerializable(typeof(CreateServerBody))]
[JsonSerializable(typeof(RebuildBody))]
[JsonSerializable(typeof(CreateImageBody))]
[JsonSerializable(typeof(PlacementGroupRequest))]
[JsonSerializable(typeof(SshKeyRequest))]
[JsonSerializable(typeof(NetworkRequest))]
[JsonSerializable(typeof(Subnet))]
[JsonSerializable(typeof(FirewallRequest))]
[JsonSerializable(typeof(RulesBody))]
[JsonSerializable(typeof(ApplyBody))]
[JsonSerializable(typeof(RemoveBody))]
[JsonSerializable(typeof(PrimaryIpRequest))]
[JsonSerializable(typeof(AssignBody))]
[JsonSerializable(typeof(AutoDeleteBody))]
[JsonSerializable(typeof(ZoneRequest))]
[JsonSerializable(typeof(RecordsBody))]
[JsonSerializable(typeof(TtlBody))]
internal sealed partial class HetznerJson : JsonSerializerContext;
