namespace Provisioner.Hetzner.Servers;

/// <summary>A firewall on a server.</summary>
/// <param name="Status"><c>applied</c> or <c>pending</c>.</param>
public sealed record AppliedFirewall(long Id, string Status);
