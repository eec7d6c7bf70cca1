namespace Provisioner.Hetzner.Servers;

/// <summary>Servers that run on different machines, so that one machine's end takes only one of them.</summary>
/// <param name="Servers">Ids; at most ten.</param>
public sealed record HetznerPlacementGroup(long Id, string Name, string Type, IReadOnlyList<long> Servers, IReadOnlyDictionary<string, string> Labels) : IHetznerObject;
