namespace Provisioner.Hetzner;

/// <summary>What is forbidden until somebody takes the protection off.</summary>
/// <param name="Rebuild">Servers only; always the same as <paramref name="Delete"/> there.</param>
public sealed record HetznerProtection(bool Delete, bool? Rebuild = null);
