using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;
using Provisioner;

namespace ControlPlane.Tenants.Domains;

/// <summary>Brings a domain's certificate from the catalog to the machine that shows it, and notes which it has.</summary>
public sealed class DomainDelivery(CertificateStore certificates, IMachineProvider provider)
{
    /// <summary>Does nothing where TLS ends elsewhere.</summary>
    public async Task BringAsync(StepContext step, CancellationToken ct)
    {
        var (domain, _) = await DomainOf.LoadAsync(step, ct);
        if (await DomainOf.EdgeAsync(step, provider, ct) is not { } edge)
        {
            return;
        }

        var current = await certificates.FindAsync([domain.Name], ct)
            ?? throw new ProvisioningException("no_certificate", $"{domain.Name} has no certificate in the catalog. Remove the domain and add it again.");
        await provider.ShowDomainAsync(edge, new ServerCertificate(domain.Name, current.Issued.ChainPem, current.Issued.RevealPrivateKey(), current.Revision), step.Log, ct);
        await step.WriteAsync(
            db => db.Domains.Where(d => d.Id == domain.Id).ExecuteUpdateAsync(d => d.SetProperty(x => x.CertificateRevision, current.Revision), ct), ct);
    }
}
