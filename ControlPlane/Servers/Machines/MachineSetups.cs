using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Releases;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Machines;

/// <summary>What a machine shall be, as the catalog has it now.</summary>
public sealed class MachineSetups(IDbContextFactory<CatalogDb> catalogs, SecretBox secrets, ReleaseStore releases, ControlPlaneSettings settings)
{
    public async Task<MachineSetup> ReadAsync(Machine machine, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var slug = await db.Tenants.Where(t => t.Id == machine.TenantId).Select(t => t.Slug).SingleOrDefaultAsync(ct);
        var host = slug is null ? null : settings.TenantHostOf(slug);
        var isForImage = await db.Images.AnyAsync(i => i.MachineId == machine.Id, ct);
        return new MachineSetup(
            secrets.Unprotect(machine.RuntimeKeySecret, SecretPlaces.MachineRuntimeKey(machine.Id)),
            host,
            Certificate: null,
            settings.Machines.UsesCloud && !isForImage ? await releases.FetchNewestAsync(ct) : null);
    }
}
