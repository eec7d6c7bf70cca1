namespace Provisioner.Hetzner;

/// <summary>Sent to change protection.</summary>
/// <param name="Rebuild">Servers only, and there the same as <paramref name="Delete"/>.</param>
internal sealed record ProtectionBody(bool Delete, bool? Rebuild = null);
