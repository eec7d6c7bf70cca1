namespace Provisioner.Hetzner.Zones;

/// <summary>One record of a set.</summary>
/// <param name="Value">In zone file form: texts in quotes, host names with a dot at the end.</param>
public sealed record HetznerRecord(string Value, string? Comment = null);
