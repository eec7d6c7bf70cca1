using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Provisioner.Acme;

/// <summary>A certificate with its key. Printing it shows the names and the end of its life only.</summary>
public sealed class IssuedCertificate
{
    private readonly string privateKey;

    private IssuedCertificate(string chainPem, string privateKey, X509Certificate2 leaf)
    {
        (ChainPem, this.privateKey) = (chainPem, privateKey);
        Names = CertificateNames.Normalize(leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames()).Select(n => n.ToLowerInvariant()));
        (NotBefore, NotAfter) = (new DateTimeOffset(leaf.NotBefore.ToUniversalTime()), new DateTimeOffset(leaf.NotAfter.ToUniversalTime()));
    }

    /// <summary>The certificate first, then those that it hangs on, as web servers want it.</summary>
    public string ChainPem { get; }

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>Reads one that was issued earlier, whose key was kept encrypted.</summary>
    /// <exception cref="ArgumentException">The chain and the key cannot be read, or do not belong together.</exception>
    public static IssuedCertificate Read(string chainPem, string privateKeyPem)
    {
        try
        {
            using var leaf = X509Certificate2.CreateFromPem(chainPem, privateKeyPem);
            return new IssuedCertificate(chainPem, privateKeyPem, leaf);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"This is no certificate with its key: {e.Message}", nameof(chainPem), e);
        }
    }

    /// <summary>The secret itself, in PEM (PKCS #8), for encryption or for a file that nobody else can read.</summary>
    public string RevealPrivateKey() => privateKey;

    public override string ToString() => $"{string.Join(", ", Names)} until {NotAfter:u}";
}
