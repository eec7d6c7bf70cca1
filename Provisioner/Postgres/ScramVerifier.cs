using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Provisioner.Postgres;

/// <summary>What PostgreSQL stores for a password: <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c> (RFC 5802, RFC 7677).</summary>
internal sealed record ScramVerifier
{
    private const string Scheme = "SCRAM-SHA-256$";

    /// <summary>
    /// Many rounds slow down who guesses passwords that people chose. Ours are 256 random bits, which nobody guesses, and each
    /// round would be paid again at every connection of every tenant.
    /// </summary>
    private const int DefaultIterations = 1;

    private readonly string text;

    private ScramVerifier(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        text = string.Create(CultureInfo.InvariantCulture, $"{Scheme}{iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }

    /// <summary>Made here, so that the password itself never stands in SQL text, where a server's log could show it.</summary>
    public static ScramVerifier Create(string password) => Create(password, RandomNumberGenerator.GetBytes(16));

    /// <inheritdoc cref="Create(string)"/>
    /// <param name="salt">16 bytes that no other login has.</param>
    public static ScramVerifier Create(string password, byte[] salt) => new(password, salt, DefaultIterations);

    /// <summary>Whether a stored verifier is that of the password.</summary>
    public static bool Matches(string? stored, string password)
    {
        if (stored?.StartsWith(Scheme, StringComparison.Ordinal) != true || stored[Scheme.Length..].Split(':', '$') is not [var iterations, var salt, _, _])
        {
            return false;
        }

        var expected = new ScramVerifier(password, Convert.FromBase64String(salt), int.Parse(iterations, CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected.text), Encoding.UTF8.GetBytes(stored));
    }

    public override string ToString() => text;
}
