using Provisioner.Acme;

namespace ControlPlane.Certificates;

/// <summary>What servers should have now.</summary>
/// <param name="Id">The certificate's row.</param>
/// <param name="Revision">Changes when there is another one: compare it with what a server has.</param>
public sealed record CurrentCertificate(Guid Id, int Revision, IssuedCertificate Issued);
