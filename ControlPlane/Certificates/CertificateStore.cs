using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Provisioner;
using Provisioner.Acme;

namespace ControlPlane.Certificates;

/// <summary>
/// The certificates of the catalog, obtained where there is none and renewed where it is due. At most one node at a time asks an
/// authority about a name.
/// </summary>
public sealed class CertificateStore(IDbContextFactory<CatalogDb> catalogs, NpgsqlDataSource catalog, SecretBox secrets, AcmeAccounts accounts, ILogger<CertificateStore> log)
{
    /// <summary>While the old one is still good: authorities count failures by the hour.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(30);

    /// <summary>
    /// The certificate for exactly these names. One that is due is renewed first; where that fails while the old one is still good,
    /// the old one is answered, and the row tells why.
    /// </summary>
    /// <exception cref="ArgumentException">A name cannot stand in a certificate.</exception>
    /// <exception cref="ProvisioningException">There is none that is good, and none could be obtained.</exception>
    /// <exception cref="ProblemException">No authority is set.</exception>
    public async Task<CurrentCertificate> EnsureAsync(IReadOnlyList<string> names, IChallengeSolver solver, CancellationToken ct)
    {
        string[] wanted = [.. CertificateNames.Normalize(names)];
        await using var db = await catalogs.CreateDbContextAsync(ct);
        if (await FindAsync(db, wanted, ct) is { } known && !IsToBeRenewed(known, await db.NowAsync(ct)))
        {
            return Open(known);
        }

        await using var alone = await CertificateLock.TakeAsync(catalog, wanted, ct);
        db.ChangeTracker.Clear();
        var client = await accounts.OpenAsync(ct);
        var certificate = await FindAsync(db, wanted, ct) ?? db.Certificates.Add(new Certificate { Names = wanted, Challenge = KindOf(solver) }).Entity;
        var now = await db.NowAsync(ct);
        if (IsToBeRenewed(certificate, now))
        {
            certificate.Challenge = KindOf(solver);
            await TryToRenewAsync(db, client, certificate, solver, now, ct);
        }

        return Open(certificate);
    }

    /// <summary>Obtains a new one although the old one may not be due, unless that has happened since <paramref name="revision"/>.</summary>
    /// <exception cref="ProvisioningException">None could be obtained; the old one stays.</exception>
    /// <exception cref="ProblemException">There is no such certificate, or no authority is set.</exception>
    public async Task<CurrentCertificate> RenewAsync(Guid id, int revision, IChallengeSolver solver, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var names = await db.Certificates.Where(c => c.Id == id).Select(c => c.Names).SingleOrDefaultAsync(ct) ?? throw Problem.NotFound("certificate", id.ToString());
        await using var alone = await CertificateLock.TakeAsync(catalog, names, ct);
        var certificate = await db.Certificates.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw Problem.NotFound("certificate", id.ToString());
        if (certificate.Revision <= revision)
        {
            await ObtainAsync(db, await accounts.OpenAsync(ct), certificate, solver, ct);
        }

        return Open(certificate);
    }

    /// <summary>The certificate for exactly these names, as it is; null when there is none, or it was never issued.</summary>
    public async Task<CurrentCertificate?> FindAsync(IReadOnlyList<string> names, CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        return await FindAsync(db, [.. CertificateNames.Normalize(names)], ct) is { Revision: > 0 } found ? Open(found) : null;
    }

    /// <summary>Forgets a certificate that nobody needs any more; it is not renewed then. What is gone already is fine.</summary>
    public async Task ForgetAsync(IReadOnlyList<string> names, CancellationToken ct)
    {
        string[] unwanted = [.. CertificateNames.Normalize(names)];
        await using var alone = await CertificateLock.TakeAsync(catalog, unwanted, ct);
        await using var db = await catalogs.CreateDbContextAsync(ct);
        await db.Certificates.Where(c => c.Names == unwanted).ExecuteDeleteAsync(ct);
    }

    private static Task<Certificate?> FindAsync(CatalogDb db, string[] names, CancellationToken ct) => db.Certificates.SingleOrDefaultAsync(c => c.Names == names, ct);

    private static bool IsToBeRenewed(Certificate certificate, DateTimeOffset now) =>
        !certificate.IsValid(now) || (certificate.IsDue(now) && (certificate.LastError is null || certificate.LastTriedAt + PauseAfterFailure <= now));

    private static ChallengeKind KindOf(IChallengeSolver solver) => solver.Type == "dns-01" ? ChallengeKind.Dns01 : ChallengeKind.Http01;

    private async Task TryToRenewAsync(CatalogDb db, AcmeClient client, Certificate certificate, IChallengeSolver solver, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            await ObtainAsync(db, client, certificate, solver, ct);
        }
        catch (ProvisioningException error) when (certificate.IsValid(now))
        {
            log.LogWarning("The certificate for {Names} was not renewed; the old one is good until {NotAfter:u}. {Reason}", string.Join(", ", certificate.Names), certificate.NotAfter, error.Message);
        }
    }

    private async Task ObtainAsync(CatalogDb db, AcmeClient client, Certificate certificate, IChallengeSolver solver, CancellationToken ct)
    {
        try
        {
            var issued = await client.ObtainAsync(certificate.Names, solver, ct);
            certificate.Issue(issued, secrets.Protect(issued.RevealPrivateKey(), SecretPlaces.CertificateKey(certificate.Id)), await db.NowAsync(ct));
            log.LogInformation("The authority issued {Certificate}.", issued);
        }
        catch (ProvisioningException error)
        {
            certificate.Fail(error.Message, await db.NowAsync(ct));
            throw;
        }
        finally
        {
            await db.SaveChangesAsync(CancellationToken.None);
        }
    }

    private CurrentCertificate Open(Certificate certificate) =>
        new(certificate.Id, certificate.Revision, IssuedCertificate.Read(certificate.Chain, secrets.Unprotect(certificate.KeySecret, SecretPlaces.CertificateKey(certificate.Id))));
}
