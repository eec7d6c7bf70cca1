using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Provisioner.Acme;

namespace ControlPlane.Tests.Certificates;

/// <summary>Certificates without an authority.</summary>
internal static class SelfMade
{
    public static IssuedCertificate For(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(89));
        return IssuedCertificate.Read(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
