namespace Provisioner.Hetzner.Servers;

/// <summary>Nothing that a server may be made of is to be had. Code <c>resource_unavailable</c>.</summary>
public sealed class SoldOutException(string name, IReadOnlyList<(ServerChoice Choice, HetznerException Refusal)> tried)
    : HetznerException(
        HetznerErrors.ResourceUnavailable,
        $"Server {name} cannot be made: sold out are {string.Join(", ", tried.Select(t => $"{t.Choice} ({t.Refusal.Code})"))}. Add another server type or location to the list, or retry later.",
        tried[^1].Refusal)
{
    /// <summary>What was asked for, in that order.</summary>
    public IReadOnlyList<ServerChoice> Tried { get; } = [.. tried.Select(t => t.Choice)];
}
