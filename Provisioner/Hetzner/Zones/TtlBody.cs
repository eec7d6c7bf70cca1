namespace Provisioner.Hetzner.Zones;

/// <summary>Sent to change how long a set may be remembered, in seconds.</summary>
internal sealed record TtlBody(int Ttl);
