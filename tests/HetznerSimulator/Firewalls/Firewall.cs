using HetznerSimulator.Http;
using HetznerSimulator.Resources;
using HetznerSimulator.Servers;

namespace HetznerSimulator.Firewalls;

/// <summary>Rules, and the servers that they hold for: named ones, and those that a label selector finds.</summary>
public sealed class Firewall : Resource
{
    public IReadOnlyList<FirewallRule> Rules { get; set; } = [];

    /// <summary>Ids of the servers that it is applied to by name.</summary>
    public HashSet<long> ServerIds { get; } = [];

    /// <summary>Label selectors that it is applied to.</summary>
    public List<string> Selectors { get; } = [];

    internal bool AppliesTo(Server server) => ServerIds.Contains(server.Id) || Selectors.Exists(s => new LabelSelector(s).Matches(server.Labels));

    internal object Show(Cloud cloud) => new { Id, Name, Labels, Created, Rules, AppliedTo = ServerIds.Order().Select(ShowServer).Concat(Selectors.Select(s => ShowSelector(s, cloud))).ToList() };

    private static object ShowServer(long id) => new { Type = "server", Server = new { Id = id } };

    private static object ShowSelector(string selector, Cloud cloud)
    {
        var parsed = new LabelSelector(selector);
        return new
        {
            Type = "label_selector",
            LabelSelector = new { Selector = selector },
            AppliedToResources = cloud.Servers.All.Where(s => parsed.Matches(s.Labels)).Select(s => ShowServer(s.Id)).ToList(),
        };
    }
}
