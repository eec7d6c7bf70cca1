namespace Provisioner.Hetzner.Prices;

/// <summary>When something ends.</summary>
/// <param name="UnavailableAfter">From then on it cannot be ordered.</param>
public sealed record Deprecation(DateTimeOffset Announced, DateTimeOffset UnavailableAfter);
