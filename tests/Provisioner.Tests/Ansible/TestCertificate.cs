using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Provisioner.Tests.Ansible;

/// <summary>A certificate for one host name, as a control plane hands it over.</summary>
internal sealed record TestCertificate(string Name, string ChainPem, string KeyPem, string Thumbprint)
{
    public static TestCertificate Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        return new TestCertificate(name, made.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n", made.Thumbprint);
    }

    public JsonObject ToVariable() => new() { ["name"] = Name, ["chain_pem"] = ChainPem, ["key_pem"] = KeyPem };
}
