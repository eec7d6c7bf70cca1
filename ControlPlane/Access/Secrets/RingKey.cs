using System.Security.Cryptography;

namespace ControlPlane.Access.Secrets;

/// <summary>One key of the ring; each use has a key of its own, derived from it.</summary>
public sealed class RingKey(string id, DateTimeOffset since, byte[] key)
{
    public string Id { get; } = id;

    public DateTimeOffset Since { get; } = since;

    internal byte[] ForSecrets { get; } = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "secrets"u8.ToArray());

    internal byte[] ForAudit { get; } = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: "audit"u8.ToArray());

    public override string ToString() => Id;
}
