namespace Provisioner.Hetzner.Networks;

/// <summary>Sent to let an address live and die with its server, or not.</summary>
internal sealed record AutoDeleteBody(bool AutoDelete);
