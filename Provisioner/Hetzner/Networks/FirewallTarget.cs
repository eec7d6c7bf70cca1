namespace Provisioner.Hetzner.Networks;

/// <summary>What a firewall is on: a server, or all servers with certain labels, also future ones.</summary>
/// <param name="Type"><c>server</c> or <c>label_selector</c>.</param>
public sealed record FirewallTarget(string Type, TargetServer? Server = null, TargetLabels? LabelSelector = null)
{
    public static FirewallTarget OfServer(long id) => new("server", Server: new TargetServer(id));

    public static FirewallTarget OfLabels(LabelSelector selector) => new("label_selector", LabelSelector: new TargetLabels(selector.ToString()));
}
