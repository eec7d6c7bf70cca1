using HetznerSimulator.Resources;

namespace HetznerSimulator.PlacementGroups;

/// <summary>Servers that stand on different machines.</summary>
public sealed class PlacementGroup : Resource
{
    /// <summary>A spread group holds no more servers than this.</summary>
    internal const int MaxServers = 10;

    internal object Show(Cloud cloud) => new { Id, Name, Labels, Type = "spread", Created, Servers = Members(cloud) };

    internal List<long> Members(Cloud cloud) => cloud.Servers.All.Where(s => s.PlacementGroup == this).Select(s => s.Id).ToList();
}
