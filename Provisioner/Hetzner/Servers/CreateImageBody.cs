namespace Provisioner.Hetzner.Servers;

/// <summary>Sent to make an image of a server's disk.</summary>
internal sealed record CreateImageBody(string Type, string Description, IReadOnlyDictionary<string, string> Labels);
