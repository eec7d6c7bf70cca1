namespace Provisioner.Hetzner.Servers;

/// <summary>A public key that new servers let in as root.</summary>
public sealed record HetznerSshKey(long Id, string Name, string Fingerprint, string PublicKey, IReadOnlyDictionary<string, string> Labels) : IHetznerObject;
