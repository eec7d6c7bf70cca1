using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Releases;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Machines;

/// <summary>What a machine shall be, as the catalog has it now.</summary>
public sealed class MachineSetups(IDbContextFactory<CatalogDb> catalogs, SecretBox secrets, ReleaseStore releases, CertificateStore certificates, ControlPlaneSettings settings)
{
    public async Task<MachineSetup> ReadAsync(Machine machine, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var slug = await db.Tenants.Where(t => t.Id == machine.TenantId).Select(t => t.Slug).SingleOrDefaultAsync(ct);
        var host = slug is null ? null : settings.TenantHostOf(slug);
        var certificate = host is null ? null : await certificates.FindAsync([host], ct);
        var isForImage = await db.Images.AnyAsync(i => i.MachineId == machine.Id, ct);
        return new MachineSetup(
            secrets.Unprotect(machine.RuntimeKeySecret, SecretPlaces.MachineRuntimeKey(machine.Id)),
            host,
            certificate is null ? null : new ServerCertificate(host!, certificate.Issued.ChainPem, certificate.Issued.RevealPrivateKey(), certificate.Revision),
            settings.Machines.UsesCloud && !isForImage ? await releases.FetchNewestAsync(ct) : null,
            await DatabasePeers.OfAsync(db, machine, ct));
    }
}
