using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Support.Acme;

/// <summary>The certificate of the authority's own HTTPS, made by itself.</summary>
internal static class PebbleFiles
{
    public static string Certificate(string folder) => Path.Combine(folder, "https.pem");

    public static string Key(string folder) => Path.Combine(folder, "https.key");

    /// <summary>Answers the certificate in PEM, which is its own root.</summary>
    public static string WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=pebble of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        File.WriteAllText(Key(folder), key.ExportPkcs8PrivateKeyPem());
        var pem = certificate.ExportCertificatePem();
        File.WriteAllText(Certificate(folder), pem);
        return pem;
    }
}
