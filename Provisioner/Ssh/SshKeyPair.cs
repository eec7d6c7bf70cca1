using Provisioner.Processes;

namespace Provisioner.Ssh;

/// <summary>An Ed25519 key pair, of a client or of a host. Printing it shows the public half only.</summary>
public sealed class SshKeyPair
{
    private readonly string privateKey;

    private SshKeyPair(string publicKey, string privateKey)
    {
        PublicKey = publicKey;
        this.privateKey = privateKey;
    }

    /// <summary>OpenSSH's one line, without a comment: <c>ssh-ed25519 AAAA…</c>.</summary>
    public string PublicKey { get; }

    /// <summary>A new pair by <c>ssh-keygen</c>, without a passphrase.</summary>
    public static async Task<SshKeyPair> GenerateAsync(CancellationToken ct)
    {
        using var folder = PrivateFolder.Create();
        var file = folder.PathOf("key");
        (await new Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file).RunAsync(ct)).OrThrow("Could not make an SSH key");
        return From(await File.ReadAllTextAsync(file + ".pub", ct), await File.ReadAllTextAsync(file, ct));
    }

    /// <summary>One that was generated earlier and kept encrypted.</summary>
    /// <param name="publicKey">One line; a comment at its end is left out.</param>
    /// <param name="privateKey">OpenSSH's PEM text.</param>
    public static SshKeyPair From(string publicKey, string privateKey)
    {
        if (!privateKey.StartsWith("-----BEGIN OPENSSH PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new ArgumentException("The private key is not in OpenSSH's format (-----BEGIN OPENSSH PRIVATE KEY-----).", nameof(privateKey));
        }

        return new SshKeyPair(SshPublicKey.Normalize(publicKey), privateKey.TrimEnd() + "\n");
    }

    /// <summary>The secret itself, for encryption or for a file that nobody else can read.</summary>
    public string RevealPrivateKey() => privateKey;

    public override string ToString() => PublicKey;
}
