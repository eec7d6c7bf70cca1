using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>
/// Starts the renewal of every served domain whose certificate is due, or newer than what its machine shows, and of those that have
/// none because TLS ended elsewhere before, as soon as they lead to the machine where their tenant lives now.
/// </summary>
public sealed class RenewDomains(IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher, IMachineProvider provider, DomainTargets targets, AcmeSettings authority) : Chore
{
    public override string Cron => "0 13 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var arrived = await FindArrivedAsync(db, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // One node at a time looks and starts.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('domain renewals'))", ct);
        var now = await db.NowAsync(ct);
        var served = await db.Domains
            .Where(d => d.State == DomainState.Served && (d.CertificateRevision != null || arrived.Contains(d.Id)))
            .Where(d => db.Tenants.Any(t => t.Id == d.TenantId && (t.State == TenantState.Active || t.State == TenantState.Suspended)))
            .Where(d => !db.Operations.Any(o => o.SubjectId == d.Id && o.FinishedAt == null))
            .ToListAsync(ct);
        var certificates = (await db.Certificates.AsNoTracking().Where(c => c.Challenge == ChallengeKind.Http01).ToListAsync(ct)).ToDictionary(c => c.Names[0], StringComparer.Ordinal);
        var begun = new List<Guid>();
        foreach (var domain in served.Where(d => !certificates.TryGetValue(d.Name, out var c) || c.IsDue(now) || c.Revision != d.CertificateRevision))
        {
            begun.Add((await launcher.AddAsync<DomainRenewal>(db, domain.Id, domain.Name, new DomainRenewal.Request(), "controlplane", ct)).Id);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        begun.ForEach(launcher.Wake);
    }

    /// <summary>Domains without a certificate that lead to the machine where their tenant lives.</summary>
    private async Task<List<Guid>> FindArrivedAsync(CatalogDb db, CancellationToken ct)
    {
        var arrived = new List<Guid>();
        var bare = authority.Options is null ? [] : await (
            from domain in db.Domains
            join tenant in db.Tenants on domain.TenantId equals tenant.Id
            where domain.State == DomainState.Served && domain.CertificateRevision == null
            where db.Databases.Any(d => d.Id == tenant.DatabaseId && db.Machines.Any(m => m.Id == d.ServerId && m.State == MachineState.Ready))
            select new { Domain = domain, Tenant = tenant }).AsNoTracking().ToListAsync(ct);
        foreach (var each in bare)
        {
            if (await DomainOf.EdgeAsync(db, each.Tenant.Id, provider, ct) is { } edge && await targets.LeadsToAsync(each.Domain.Name, edge, ct))
            {
                arrived.Add(each.Domain.Id);
            }
        }

        return arrived;
    }
}
