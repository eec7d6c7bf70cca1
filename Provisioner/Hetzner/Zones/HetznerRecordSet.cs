namespace Provisioner.Hetzner.Zones;

/// <summary>All records of one name and type.</summary>
/// <param name="Name">Relative to the zone; <c>@</c> is the zone itself.</param>
/// <param name="Ttl">Seconds; null takes the zone's.</param>
/// <param name="Records">Never empty.</param>
public sealed record HetznerRecordSet(string Name, string Type, int? Ttl, IReadOnlyList<HetznerRecord> Records, IReadOnlyDictionary<string, string> Labels);
