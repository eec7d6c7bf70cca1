using System.Security.Cryptography;

namespace HetznerSimulator.SshKeys;

/// <summary>A public key's fingerprint as the API shows it.</summary>
internal static class Fingerprint
{
    private static readonly string[] Kinds = ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

    /// <summary>Sixteen hexadecimal pairs; null where the text is no public key in one line.</summary>
    public static string? Of(string publicKey)
    {
        var parts = publicKey.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        var blob = new byte[publicKey.Length];
        if (parts.Length < 2 || !Kinds.Contains(parts[0], StringComparer.Ordinal) || publicKey.Contains('\n', StringComparison.Ordinal)
            || !Convert.TryFromBase64String(parts[1], blob, out var length) || length < 32)
        {
            return null;
        }

#pragma warning disable RS0030, CA5351 // The API's fingerprints are MD5; nothing is secured by them here.
        var hash = MD5.HashData(blob.AsSpan(0, length));
#pragma warning restore RS0030, CA5351
        return string.Join(':', hash.Select(b => b.ToString("x2")));
    }
}
