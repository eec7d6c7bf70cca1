namespace Provisioner.Hetzner.Servers;

/// <summary>A placement group to make.</summary>
public sealed record PlacementGroupRequest(string Name)
{
    /// <summary>The only kind there is.</summary>
    public string Type { get; } = "spread";

    /// <summary>Besides those that say whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
