namespace Provisioner.Hetzner.Actions;

/// <summary>Why an action failed.</summary>
public sealed record HetznerActionError(string Code, string Message);
