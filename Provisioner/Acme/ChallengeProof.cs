using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Provisioner.Acme;

/// <summary>What an authority wants to see at a name before it believes that the name is ours. No secret: everybody may see it.</summary>
public sealed partial record ChallengeProof
{
    /// <param name="host">The name; a wildcard's without its <c>*.</c>.</param>
    /// <exception cref="AcmeException"><see cref="AcmeErrors.Malformed"/>: the token could mean something else where it is used, as a file's name.</exception>
    internal ChallengeProof(string host, string? token, AcmeAccountKey key)
    {
        if (token is null || !TokenShape().IsMatch(token))
        {
            throw new AcmeException(AcmeErrors.Malformed, $"The authority sent a token for {host} that is none (RFC 8555, 8.1). Look whether Acme__Directory is an authority.");
        }

        (Host, Token) = (host, token);
        KeyAuthorization = $"{token}.{key.Thumbprint}";
    }

    public string Host { get; }

    /// <summary>Letters, digits, dashes and underscores.</summary>
    public string Token { get; }

    /// <summary>What a file must hold.</summary>
    public string KeyAuthorization { get; }

    /// <summary>What a text record must hold.</summary>
    public string Digest => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(KeyAuthorization)));

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,200}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenShape();
}
