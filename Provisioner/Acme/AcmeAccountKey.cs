using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Provisioner.Acme;

/// <summary>The P-256 key by which an authority knows us. Printing it shows only what everybody may know. Safe for use by many threads.</summary>
public sealed class AcmeAccountKey
{
    private readonly string pem;

    private AcmeAccountKey(ECDsa key)
    {
        pem = key.ExportPkcs8PrivateKeyPem();
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        PublicKey = new JsonWebKey("P-256", "EC", Base64Url.EncodeToString(point.X!), Base64Url.EncodeToString(point.Y!));
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(PublicKey, AcmeJson.Options)));
    }

    /// <summary>RFC 7638: goes into every proof that a name is ours.</summary>
    public string Thumbprint { get; }

    internal JsonWebKey PublicKey { get; }

    public static AcmeAccountKey Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new AcmeAccountKey(key);
    }

    /// <summary>One that was generated earlier and kept encrypted.</summary>
    /// <param name="pem">PKCS #8.</param>
    /// <exception cref="ArgumentException">It is no P-256 key in PEM.</exception>
    public static AcmeAccountKey From(string pem)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException("The account key is no elliptic key in PEM.", nameof(pem), e);
        }

        return key.KeySize == 256 ? new AcmeAccountKey(key) : throw new ArgumentException($"The account key has {key.KeySize} bits; the protocol's ES256 needs P-256.", nameof(pem));
    }

    /// <summary>The secret itself, for encryption.</summary>
    public string RevealPrivateKey() => pem;

    public override string ToString() => Thumbprint;

    /// <summary>ES256 (RFC 7518, 3.4), in base64url.</summary>
    internal string Sign(ReadOnlySpan<byte> data)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return Base64Url.EncodeToString(key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }
}
