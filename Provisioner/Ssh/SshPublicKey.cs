namespace Provisioner.Ssh;

/// <summary>Public keys in OpenSSH's one-line form.</summary>
internal static class SshPublicKey
{
    /// <summary>Type and key without the comment.</summary>
    /// <exception cref="ArgumentException">It is no such line; one with a line break could smuggle in a second key.</exception>
    public static string Normalize(string line)
    {
        var words = line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2 && !line.Trim().Contains('\n') && words[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '@' or '.') && Convert.TryFromBase64String(words[1], new byte[words[1].Length], out _)
            ? $"{words[0]} {words[1]}"
            : throw new ArgumentException($"'{line.Trim()}' is no public key in OpenSSH's one-line form (ssh-ed25519 AAAA…).", nameof(line));
    }

    /// <summary><c>ssh-ed25519</c> and the like.</summary>
    public static string TypeOf(string line) => line[..line.IndexOf(' ')];
}
