namespace Provisioner.Hetzner.Networks;

/// <summary>Lets something pass.</summary>
/// <param name="Direction"><c>in</c> or <c>out</c>.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>icmp</c>, <c>esp</c> or <c>gre</c>.</param>
/// <param name="Port">A port, a range such as <c>1024-5000</c>, or <c>any</c>; only with tcp and udp.</param>
public sealed record FirewallRule(
    string Direction,
    string Protocol,
    string? Port,
    IReadOnlyList<string> SourceIps,
    IReadOnlyList<string> DestinationIps,
    string? Description = null)
{
    /// <summary>Pairs of a rule and a network that a server may have, over all firewalls that apply to it.</summary>
    public const int MostEffective = 500;

    private const int MostNetworks = 100;

    private static readonly IReadOnlyList<string> Everyone = ["0.0.0.0/0", "::/0"];

    /// <summary>Lets everybody in the world in to one TCP port.</summary>
    public static FirewallRule AllowTcp(int port, string description) => new("in", "tcp", $"{port}", Everyone, [], description);

    /// <summary>Lets some in to one TCP port, by as few rules as hold so many networks.</summary>
    public static IEnumerable<FirewallRule> AllowTcp(int port, string description, IReadOnlyList<string> from) =>
        from.Chunk(MostNetworks).Select(some => new FirewallRule("in", "tcp", $"{port}", some, [], description));

    /// <summary>Whether both let the same pass; the description and the order of addresses do not count.</summary>
    public bool Equals(FirewallRule? other) =>
        other is not null
        && (Direction, Protocol, Port) == (other.Direction, other.Protocol, other.Port)
        && SourceIps.ToHashSet(StringComparer.Ordinal).SetEquals(other.SourceIps)
        && DestinationIps.ToHashSet(StringComparer.Ordinal).SetEquals(other.DestinationIps);

    public override int GetHashCode() => HashCode.Combine(Direction, Protocol, Port);
}
