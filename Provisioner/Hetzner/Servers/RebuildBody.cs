namespace Provisioner.Hetzner.Servers;

/// <summary>Sent to make a server's disk anew.</summary>
internal sealed record RebuildBody(string Image, string? UserData);
