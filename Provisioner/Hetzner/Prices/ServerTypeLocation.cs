namespace Provisioner.Hetzner.Prices;

/// <summary>A location that sells a server type.</summary>
/// <param name="Available">False when it is sold out there.</param>
/// <param name="Deprecation">Set when it will no longer be sold there.</param>
public sealed record ServerTypeLocation(long Id, string Name, bool Available, bool Recommended, Deprecation? Deprecation);
