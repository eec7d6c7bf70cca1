namespace Provisioner.Hetzner.Zones;

/// <summary>A zone to make, which Hetzner then serves.</summary>
/// <param name="Ttl">Of records without one of their own, in seconds.</param>
public sealed record ZoneRequest(string Name, int Ttl = 3600)
{
    /// <summary>The records are kept here.</summary>
    public string Mode { get; } = "primary";

    /// <summary>Besides those that say whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
