using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Access.Keys;

/// <summary>
/// The text of an API key, <c>cp_PREFIX_SECRET</c>: 8 characters to recognise it by and 256 random bits, both in base32.
/// </summary>
public static class KeyText
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int PrefixLength = 8;
    private const int SecretLength = 52;
    private const int Length = 3 + PrefixLength + 1 + SecretLength;

    public static string Create() =>
        $"cp_{RandomNumberGenerator.GetString(Alphabet, PrefixLength)}_{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";

    /// <summary>Null when it does not have the form of a key.</summary>
    public static string? PrefixOf(string key) =>
        key.Length == Length && key.StartsWith("cp_", StringComparison.Ordinal) && key[3 + PrefixLength] == '_'
            ? key.Substring(3, PrefixLength)
            : null;

    /// <summary>Needs no salt and no slow function: there is nothing to guess in 256 random bits.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
