using System.Security.Cryptography;

namespace Provisioner.Postgres;

/// <summary>A login's password. Only its SCRAM verifier ever reaches a server, and printing it shows nothing.</summary>
public sealed class LoginPassword
{
    private readonly string clear;

    private LoginPassword(string clear) => this.clear = clear;

    /// <summary>A new one of 256 random bits, in hexadecimal.</summary>
    public static LoginPassword Generate() => new(RandomNumberGenerator.GetHexString(64, lowercase: true));

    /// <summary>One that was generated earlier and kept encrypted.</summary>
    public static LoginPassword From(string clear) =>
        clear.Length > 0 ? new LoginPassword(clear) : throw new ArgumentException("A login needs a password.", nameof(clear));

    /// <summary>The secret itself, for a connection string or for encryption.</summary>
    public string Reveal() => clear;

    public override string ToString() => "(hidden)";

    /// <summary>What PostgreSQL stores of it, the same each time: for whoever compares before changing.</summary>
    /// <param name="salt">An id that only one login has.</param>
    public string ToVerifier(Guid salt) => ScramVerifier.Create(clear, salt.ToByteArray()).ToString();

    internal string ToVerifier() => ScramVerifier.Create(clear).ToString();
}
