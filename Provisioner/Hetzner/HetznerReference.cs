namespace Provisioner.Hetzner;

/// <summary>Another object, as far as one that mentions it needs to tell.</summary>
/// <param name="Name">Null for snapshots, which have none.</param>
public sealed record HetznerReference(long Id, string? Name = null);
