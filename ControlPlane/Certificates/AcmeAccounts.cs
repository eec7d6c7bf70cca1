using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;
using Provisioner.Acme;

namespace ControlPlane.Certificates;

/// <summary>Our account at the authority of the settings: one key for all nodes, made when it is first needed.</summary>
public sealed class AcmeAccounts(IDbContextFactory<CatalogDb> catalogs, SecretBox secrets, AcmeSettings settings, ILogger<AcmeClient> log)
{
    /// <exception cref="ProblemException">No authority is set.</exception>
    public async Task<AcmeClient> OpenAsync(CancellationToken ct)
    {
        var options = settings.Options
            ?? throw new ProblemException(409, "no_certificate_authority", "No certificate authority is set up.", "Set Acme__Contact to a mail address of yours (and Acme__Directory for another authority than Let's Encrypt), and restart the control plane.");
        var directory = options.Directory.AbsoluteUri;
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var account = await FindAsync(db, directory, ct);
        if (account is null)
        {
            // Another node may be doing the same; the first key counts.
            var id = Guid.CreateVersion7();
            var secret = secrets.Protect(AcmeAccountKey.Generate().RevealPrivateKey(), SecretPlaces.AcmeAccountKey(id));
            await db.Database.ExecuteSqlAsync($"insert into acme_accounts (id, directory, key_secret) values ({id}, {directory}, {secret}) on conflict (directory) do nothing", ct);
            account = await FindAsync(db, directory, ct) ?? throw new InvalidOperationException($"The account at {directory} vanished while it was made.");
        }

        return new AcmeClient(options, AcmeAccountKey.From(secrets.Unprotect(account.KeySecret, SecretPlaces.AcmeAccountKey(account.Id))), log);
    }

    private static Task<AcmeAccount?> FindAsync(CatalogDb db, string directory, CancellationToken ct) =>
        db.AcmeAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Directory == directory, ct);
}
