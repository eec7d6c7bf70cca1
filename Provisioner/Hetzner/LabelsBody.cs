namespace Provisioner.Hetzner;

/// <summary>Sent to replace labels.</summary>
internal sealed record LabelsBody(IReadOnlyDictionary<string, string> Labels);
