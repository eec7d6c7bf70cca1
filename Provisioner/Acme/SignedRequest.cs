using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Provisioner.Acme;

/// <summary>The envelope of every request that says something: a flattened JSON Web Signature (RFC 8555, 6.2).</summary>
internal sealed record SignedRequest(string Protected, string Payload, string Signature)
{
    /// <param name="account">Null only while there is no account yet; then the key itself is shown.</param>
    /// <param name="payload">Null reads what is at the address.</param>
    public static SignedRequest Of(AcmeAccountKey key, Uri url, string nonce, Uri? account, object? payload)
    {
        var head = new Head("ES256", account is null ? key.PublicKey : null, account?.AbsoluteUri, nonce, url.AbsoluteUri);
        var (protectedPart, payloadPart) = (Encode(head), payload is null ? "" : Encode(payload));
        return new SignedRequest(protectedPart, payloadPart, key.Sign(Encoding.ASCII.GetBytes($"{protectedPart}.{payloadPart}")));
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), AcmeJson.Options));

    private sealed record Head(string Alg, JsonWebKey? Jwk, string? Kid, string Nonce, string Url);
}
