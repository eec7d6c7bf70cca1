namespace Provisioner.Hetzner.Zones;

/// <summary>Sent to replace the records of a set.</summary>
internal sealed record RecordsBody(IReadOnlyList<HetznerRecord> Records);
