namespace Provisioner.Hetzner.Networks;

/// <summary>The labels of the servers that a firewall is on.</summary>
public sealed record TargetLabels(string Selector);
