namespace Provisioner.Hetzner.Servers;

/// <summary>A public key to add.</summary>
/// <param name="PublicKey">In OpenSSH's form: <c>ssh-ed25519 AAAA… comment</c>.</param>
public sealed record SshKeyRequest(string Name, string PublicKey)
{
    /// <summary>Besides those that say whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether both are the same key; the comment at the end does not count.</summary>
    internal bool IsKey(string other) => WithoutComment(PublicKey) == WithoutComment(other);

    private static string WithoutComment(string key) => string.Join(' ', key.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(2));
}
