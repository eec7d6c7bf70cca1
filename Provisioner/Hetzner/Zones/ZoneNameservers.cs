namespace Provisioner.Hetzner.Zones;

/// <summary>Who serves a zone, and whom the world asks.</summary>
/// <param name="Assigned">What to enter at the registrar.</param>
/// <param name="Delegated">What the registrar says.</param>
/// <param name="DelegationStatus"><c>valid</c> when both agree.</param>
public sealed record ZoneNameservers(IReadOnlyList<string> Assigned, IReadOnlyList<string> Delegated, string? DelegationStatus = null);
