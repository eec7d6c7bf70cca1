using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Provisioner;

namespace ControlPlane.Tenants.Domains;

/// <summary>
/// Brings a domain's certificate from the catalog to the machines that show it. What a machine shows is decided under a lock of the
/// name: a renewal, a move and a removal may be at work on it at once.
/// </summary>
public sealed class DomainDelivery(CertificateStore certificates, IMachineProvider provider, IDbContextFactory<CatalogDb> catalogs, NpgsqlDataSource catalog)
{
    /// <summary>Brings it to the machine where its tenant lives, and to the one that the tenant has left. Does nothing where TLS ends elsewhere.</summary>
    public async Task BringAsync(StepContext step, CancellationToken ct)
    {
        var (domain, tenant) = await DomainOf.LoadAsync(step, ct);
        var edges = await step.ReadAsync(db => DomainEdges.ReadAsync(db, tenant.Id, provider, ct), ct);
        int? shown = null;
        if (edges.Current is { } current)
        {
            DomainOf.Remember(step, current);
            shown = await ShowAsync(domain, current, step.Log, ct)
                ?? throw new ProvisioningException("no_certificate", $"{domain.Name} has no certificate in the catalog. Remove the domain and add it again.");
        }

        foreach (var left in edges.Others)
        {
            DomainOf.Remember(step, left);
            var there = await BringToLeftAsync(domain, left, step.Log, ct);
            shown ??= there;
        }

        if (shown is { } revision)
        {
            await step.WriteAsync(db => NoteAsync(db, domain.Id, revision, ct), ct);
        }
    }

    /// <summary>Has the machine show the domain, unless it was given up or its tenant moves elsewhere.</summary>
    /// <returns>Revision of the certificate that it shows; null when there is none.</returns>
    public async Task<int?> ShowAsync(Domain domain, Machine machine, Action<string> say, CancellationToken ct)
    {
        await using var alone = await CertificateLock.TakeAsync(catalog, [domain.Name], ct);
        if (await certificates.FindAsync([domain.Name], ct) is not { } newest)
        {
            return null;
        }

        if (await IsAtAsync(domain, machine, ct))
        {
            await provider.ShowDomainAsync(machine, new ServerCertificate(domain.Name, newest.Issued.ChainPem, newest.Issued.RevealPrivateKey(), newest.Revision), say, ct);
        }

        return newest.Revision;
    }

    /// <summary>Has the machine forget a name, unless its tenant lives there or has just left.</summary>
    public async Task LeaveAsync(Domain domain, Machine machine, Action<string> say, CancellationToken ct)
    {
        await using var alone = await CertificateLock.TakeAsync(catalog, [domain.Name], ct);
        await using var db = await catalogs.CreateDbContextAsync(ct);
        if (!(await DomainEdges.ReadAsync(db, domain.TenantId, provider, ct)).All.Any(m => m.Id == machine.Id))
        {
            await provider.HideDomainAsync(machine, domain.Name, say, ct);
        }
    }

    /// <summary>Has the machine forget a name that was given up.</summary>
    public async Task HideAsync(string name, Machine machine, Action<string> say, CancellationToken ct)
    {
        await using var alone = await CertificateLock.TakeAsync(catalog, [name], ct);
        await provider.HideDomainAsync(machine, name, say, ct);
    }

    /// <summary>Notes which certificate is shown where the tenant lives; null is none.</summary>
    internal static Task NoteAsync(CatalogDb db, Guid domain, int? revision, CancellationToken ct) =>
        db.Domains.Where(d => d.Id == domain).ExecuteUpdateAsync(d => d.SetProperty(x => x.CertificateRevision, revision), ct);

    private async Task<bool> IsAtAsync(Domain domain, Machine machine, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        return await db.Domains.AnyAsync(d => d.Id == domain.Id && d.State != DomainState.Removing, ct)
            && (await DomainEdges.ReadAllAsync(db, domain.TenantId, provider, ct)).All.Any(m => m.Id == machine.Id);
    }

    /// <summary>Whoever moves away from a server may do so because it does not answer.</summary>
    private async Task<int?> BringToLeftAsync(Domain domain, Machine left, Action<string> say, CancellationToken ct)
    {
        try
        {
            return await ShowAsync(domain, left, say, ct);
        }
        catch (ProvisioningException silent)
        {
            say($"{left.Name}, which {domain.Name} has left, did not get its newest certificate: {silent.Message}");
            return null;
        }
    }
}
