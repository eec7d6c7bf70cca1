namespace Provisioner.Hetzner.Networks;

/// <summary>Sent to give an address to a server.</summary>
internal sealed record AssignBody(string AssigneeType, long AssigneeId);
