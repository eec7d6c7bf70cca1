using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Domains;

/// <summary>Starts the renewal of every served domain whose certificate is due, or newer than what its machine shows.</summary>
public sealed class RenewDomains(IDbContextFactory<CatalogDb> catalogs, OperationLauncher launcher) : Chore
{
    public override string Cron => "0 13 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // One node at a time looks and starts.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('domain renewals'))", ct);
        var now = await db.NowAsync(ct);
        var served = await db.Domains
            .Where(d => d.State == DomainState.Served && d.CertificateRevision != null)
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
}
